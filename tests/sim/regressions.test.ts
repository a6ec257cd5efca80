// Seeds that once found a bug in core. Each stays, with what it found.
import { type Faults, mixFaults, Random, simulate } from '@hedgerow/core/testing';
import { describe, expect, it, test } from 'vitest';

const hour = 3_600_000;

/** `nodes` and rates as they were when the seed found the bug. */
const found: readonly { seed: number; what: string; faults: Faults }[] = [
  {
    seed: 3,
    what: 'an old request proved a rollback',
    faults: { duplicate: 0.3, delay: 0.2, reorder: 0.5 },
  },
  { seed: 60, what: 'the last free blocks of a pool circulated for ever', faults: { lose: 0.01 } },
  {
    seed: 146,
    what: 'a draining block held up its pool, at a tick a millisecond',
    faults: { crash: 20, down: 6 },
  },
  { seed: 57, what: 'a grant that was given on was accepted again', faults: { replayRecord: 60 } },
  {
    seed: 103,
    what: 'republishing under a failing disk doubled its list',
    faults: { lie: 60, writeError: 0.3 },
  },
  {
    seed: 33,
    what: 'two grants on their way chased each other without end',
    faults: { writeError: 0.3, duplicate: 0.3, delay: 0.2 },
  },
  {
    seed: 1091,
    what: 'a forged record with the body of a true one kept the true one from being accepted',
    faults: { forge: 60, greedy: 20 },
  },
];

test('seed 193: a guardian that was not seeded stayed so once its owner had restarted', () => {
  const faults = mixFaults(new Random(193, 9));
  const outcome = simulate({ seed: 193, nodes: 6, lastsMs: hour / 2, events: { faults } });
  expect(outcome.violation).toBe(undefined);
});

describe('bugs that the simulator found', () => {
  it.each(found)('seed $seed: $what', ({ seed, faults }) => {
    for (const mix of [faults, mixFaults(new Random(seed, 9))]) {
      const outcome = simulate({ seed, nodes: 5, lastsMs: hour, events: { faults: mix } });
      expect(outcome.violation).toBe(undefined);
    }
  });
});
