// The mutants still fit the sources, and the harness finds some of them at once. `pnpm sim:mutants` hunts all.
import { describe, expect, it } from 'vitest';
import { mutants } from './mutants/all.ts';
import { kill } from './mutants/kill.ts';
import { mutated } from './mutants/load.ts';

describe('mutants', () => {
  it('are at least thirty, by different names', () => {
    expect(mutants.length).toBeGreaterThanOrEqual(30);
    expect(new Set(mutants.map(({ name }) => name)).size).toBe(mutants.length);
  });

  it.each(mutants.map((each) => [each.name, each] as const))('%s fits the source', (_, mutant) => {
    for (const { file } of mutant.patches) expect(mutated(mutant, file)).not.toBe('');
  });

  it.each([
    ['sendBeforePersist', { crashBeforePersist: 20 }],
    ['keepWhatIsGiven', {}],
    ['acceptSpent', { replayRecord: 60 }],
  ])('%s is found and shortened', async (name, faults) => {
    const mutant = mutants.find((each) => each.name === name);
    if (mutant === undefined) throw new Error(`no mutant is named ${name}`);
    const limits = { shrinkRuns: 200, shrinkSteps: 1_000_000, lastsMs: 600_000 };
    const options = { firstSeed: 0, maxSeeds: 40, nodes: 5, ...limits, faults };
    const { seed, events } = await kill(mutant, options);
    expect(seed).toBeDefined();
    expect(events).toBeLessThanOrEqual(30);
  });

  it.each([
    ['S6', 'logWithHoles', { lose: 0.1, reorder: 0.1 }],
    ['S8', 'sendBeforePersist', { crashBeforePersist: 20 }],
    ['L4', 'keepPlacesAfterFailure', { writeError: 0.3, diskFull: 6 }],
  ])('the checkers of %s alone find %s', async (invariant, name, faults) => {
    const mutant = mutants.find((each) => each.name === name);
    if (mutant === undefined) throw new Error(`no mutant is named ${name}`);
    const found = await kill(mutant, {
      firstSeed: 0,
      maxSeeds: 10,
      nodes: 5,
      shrinkRuns: 0,
      lastsMs: 600_000,
      invariant,
      faults,
    });
    expect(found.invariant).toBe(invariant);
  });
});
