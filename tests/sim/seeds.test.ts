// A fixed set of seeds of the swarm, with every checker on; some of them twice, with equal histories.
import {
  allCheckers,
  type FaultName,
  mixFaults,
  type Outcome,
  Random,
  simulate,
} from '@hedgerow/core/testing';
import { describe, expect, it } from 'vitest';
import { claimsRunDir } from './claimsRunDir.ts';

const batches = 10;
const perBatch = 20;

/** Every so many seeds run with the real claims and the agent's own block keeper: `pnpm sim --claims`. */
const realEvery = 10;

/** In every so many seeds members may leave. */
const leaveEvery = 5;

/** In every so many somebody may remove the links in a run directory, among them some with the real one. */
const tidyEvery = 6;

function run(seed: number): Outcome {
  const also: FaultName[] = seed % leaveEvery === 4 ? ['leave'] : [];
  if (seed % tidyEvery === 0) also.push('tidyRun');
  const faults = mixFaults(new Random(seed, 9), also);
  const options = seed % realEvery === 0 ? { runDir: claimsRunDir } : {};
  return simulate({ seed, nodes: 3 + (seed % 5), lastsMs: 1_800_000, events: { faults } }, options);
}

function told({ violation }: Outcome, seed: number): string {
  if (violation === undefined) return '';
  return `seed ${seed}: ${violation.invariant}: ${violation.message}`;
}

describe('no promise is broken', () => {
  it.each(Array.from({ length: batches }, (_, at) => at * perBatch))(
    'seeds from %i on',
    (first) => {
      for (let seed = first; seed < first + perBatch; seed += 1) {
        expect(told(run(seed), seed)).toBe('');
      }
    },
  );
});

describe('a run is a function of its script', () => {
  it.each([7, 113])('seed %i twice gives the same hash', (seed) => {
    expect(run(seed).hash).toBe(run(seed).hash);
  });

  it('what a run lists replays to the same end', () => {
    const first = run(11);
    expect(simulate(first.listed).hash).toBe(first.hash);
  });
});

describe('the real run directory under the simulator', () => {
  it('is a function of the script too', () => {
    expect(run(realEvery).hash).toBe(run(realEvery).hash);
  });

  it('that loses what it answered when the agent starts is found out', () => {
    const forgetful: typeof claimsRunDir = (...parts) => {
      const real = claimsRunDir(...parts);
      const started = real.agentStarted.bind(real);
      let starts = 0;
      real.agentStarted = () => {
        starts += 1;
        if (starts > 1) real.wipe();
        return started();
      };
      return real;
    };
    const script = { seed: 3, nodes: 3, lastsMs: 1_800_000, events: { faults: { crash: 20 } } };
    const options = { checkers: () => allCheckers().filter(({ invariant }) => invariant === 'S5') };
    const broken = simulate(script, { ...options, runDir: forgetful });
    expect(broken.violation?.message).toContain('now holds nothing');
    expect(simulate(script, { ...options, runDir: claimsRunDir }).violation).toBe(undefined);
  });
});

describe('liars', () => {
  it.each([3, 5, 8])('equivocation in seed %i is told, and harms nobody else', (seed) => {
    const faults = { ...mixFaults(new Random(seed, 9)), equivocate: 6 };
    const outcome = simulate({ seed, nodes: 5, lastsMs: 1_800_000, events: { faults } });
    expect(told(outcome, seed)).toBe('');
  });
});
