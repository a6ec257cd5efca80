// Runs whose whole history is fixed: whoever only moves code about must end with the same hashes.
import { mixFaults, Random, type Script, simulate, survivableDeeds } from '@hedgerow/core/testing';
import { nightlyRun } from '../report/nightlyMix.ts';

/** One run: how it is made, by name, and its seed. */
export interface GoldenRun {
  readonly kind: 'swarm' | 'nightly' | 'chosen';
  readonly seed: number;
}

/** What a run came to. */
export interface Golden extends GoldenRun {
  /** 16 hex digits. */
  readonly hash: string;
  readonly steps: number;
}

const halfHourMs = 1_800_000;

/** Seeds of the swarm with every kind of trouble that needs guardians. */
const special = ['leave', 'wrongForget', 'equivocate'] as const;

/** All runs, in the order in which they are stored. */
export const goldenRuns: readonly GoldenRun[] = [
  ...seeds('swarm', 700, 24),
  ...seeds('nightly', 950_000_000, 8),
  ...seeds('chosen', 4_000, 10),
];

function seeds(kind: GoldenRun['kind'], first: number, count: number): readonly GoldenRun[] {
  return Array.from({ length: count }, (_, at) => ({ kind, seed: first + at }));
}

/** Plays one. */
export function play({ kind, seed }: GoldenRun): Golden {
  const { hash, steps } = simulateOne(kind, seed);
  return { kind, seed, hash, steps };
}

function simulateOne(kind: GoldenRun['kind'], seed: number): ReturnType<typeof simulate> {
  if (kind === 'nightly') {
    const { script, options } = nightlyRun(seed);
    // A quarter of a night's seed has all its kinds of trouble.
    return simulate({ ...script, lastsMs: halfHourMs }, options);
  }
  const isChosen = kind === 'chosen';
  const faults = mixFaults(new Random(seed, 9), isChosen ? special : []);
  const nodes = isChosen ? 7 + (seed % 4) : 3 + (seed % 5);
  const script: Script = { seed, nodes, lastsMs: halfHourMs, events: { faults } };
  return simulate(script, isChosen ? { deeds: survivableDeeds } : {});
}
