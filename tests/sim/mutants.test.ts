// The mutants still fit the sources, and the harness finds some of them at once. `pnpm sim:mutants` hunts all.
import { afterAll, describe, expect, it } from 'vitest';
import { mutants } from './mutants/all.ts';
import { kill } from './mutants/kill.ts';
import { endLoading, loadTesting, mutated } from './mutants/load.ts';
import { situations } from './mutants/situations.ts';

afterAll(endLoading);

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
    ['acceptStale', undefined],
    ['answerBeforeStored', { crash: 20, writeError: 0.3 }],
    ['lowestAccepted', { lose: 0.3, crash: 20 }],
    ['reclaimTwice', undefined],
  ])('%s is found and shortened', async (name, faults) => {
    const mutant = mutants.find((each) => each.name === name);
    if (mutant === undefined) throw new Error(`no mutant is named ${name}`);
    const limits = { shrinkRuns: 200, shrinkSteps: 1_000_000, lastsMs: 600_000 };
    const options = { firstSeed: 0, maxSeeds: 40, nodes: 5, ...limits };
    const { seed, events } = await kill(mutant, faults ? { ...options, faults } : options);
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

  it('show in situations in which nothing is wrong without them', async () => {
    const original = await loadTesting(undefined);
    for (const play of Object.values(situations)) expect(play(original)).toBe(undefined);
  });

  const shown = mutants.filter(({ situation }) => situation !== undefined);
  it.each(shown.map((each) => [each.name, each] as const))('%s shows', async (_, mutant) => {
    const limits = { firstSeed: 0, maxSeeds: 0, nodes: 5, shrinkRuns: 0 };
    const { message } = await kill(mutant, limits);
    expect(message).toBeDefined();
    expect(message).not.toContain('does not come about');
  });
});
