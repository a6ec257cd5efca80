// A fixed set of seeds of the swarm, with every checker on; some of them twice, with equal histories.
import { mixFaults, type Outcome, Random, simulate } from '@hedgerow/core/testing';
import { describe, expect, it } from 'vitest';

const batches = 10;
const perBatch = 20;

function run(seed: number): Outcome {
  const faults = mixFaults(new Random(seed, 9));
  return simulate({ seed, nodes: 3 + (seed % 5), lastsMs: 1_800_000, events: { faults } });
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

describe('liars', () => {
  it.each([3, 5, 8])('equivocation in seed %i is told, and harms nobody else', (seed) => {
    const faults = { ...mixFaults(new Random(seed, 9)), equivocate: 6 };
    const outcome = simulate({ seed, nodes: 5, lastsMs: 1_800_000, events: { faults } });
    expect(told(outcome, seed)).toBe('');
  });
});
