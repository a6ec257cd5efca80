// What a nightly run does to the cluster of a seed: the mix of any swarm, with two or three kinds of trouble at rates at
// which each of them strikes tens of thousands of times in a simulated year. What disks and copies do is kept within
// what the protocol survives.
import {
  type ClusterOptions,
  type FaultName,
  mixFaults,
  Random,
  type Script,
  survivableDeeds,
} from '@hedgerow/core/testing';

import { smallFrom, smallRun } from './smallMix.ts';

/** Two hours of trouble, and what it takes to be quiet again. */
const lastsMs = 7_200_000;

type Trouble = Partial<Readonly<Record<FaultName, number>>>;

/**
 * What seldom strikes, because guardians must be there to survive it. Rates are of tries, above those that a swarm
 * draws: most find nothing that they may do.
 */
const rare: readonly Trouble[] = [
  { rollback: 16, lostWrite: 16 },
  { rollback: 16, lostWrite: 16 },
  { rollback: 24 },
  { restore: 30 },
  { restore: 24, lostTail: 16 },
  { restore: 16, lostTail: 24 },
  { clone: 24 },
  { clone: 24 },
  { clone: 24, down: 2 },
  { wipe: 24, forget: 4 },
  { wipe: 16, die: 8, join: 2, forget: 6 },
  { die: 10, join: 3, forget: 6 },
];

/** What strikes often where it does. */
const common: readonly Trouble[] = [
  {},
  {},
  { partition: 2, oneWay: 2 },
  { disconnect: 6, slow: 3, pause: 3 },
  { wipeRun: 2, reboot: 4 },
  { tornWrite: 4, crashAfterSend: 6, down: 2 },
  { diskFull: 3, clockSkew: 3, clockJump: 3, clockFreeze: 3, surge: 2 },
];

/** Every so many seeds have a liar that gives addresses away twice. */
const liarEvery = 6;

/** What can be done to a machine once, or to one of many only, by what is left of a seed over 13. */
const seldom: Readonly<Record<number, Trouble>> = {
  1: { clone: 60, join: 3 },
  4: { leave: 8, join: 4 },
  6: { clone: 60, join: 3 },
  7: { die: 14, join: 4, forget: 6 },
  9: { leave: 8, join: 4 },
  11: { clone: 60, join: 3 },
  12: { die: 14, join: 4, forget: 6 },
};

/** Who tidies up under living containers ends a node's work until it reboots: in one seed of so many. */
const tidied = { every: 7, at: 3, trouble: { tidyRun: 0.5, reboot: 2 } } as const;

/** Operators who are wrong, in some seeds of eleven. */
const mistaken: Trouble = { wrongForget: 60, partition: 4, join: 3 };

/** The run of one seed. */
export function nightlyRun(seed: number): {
  readonly script: Script;
  readonly options: ClusterOptions;
} {
  if (seed >= smallFrom) return smallRun(seed);
  const random = new Random(seed, 9);
  const faults: Partial<Record<FaultName, number>> = { ...mixFaults(random) };
  for (const troubles of [rare, rare, common]) {
    raise(faults, troubles[random.below(troubles.length)] as Trouble);
  }
  if (seed % liarEvery === liarEvery - 1) faults.equivocate = 6;
  raise(faults, seldom[seed % 13] ?? {});
  if ([1, 2, 3, 7, 8, 10].includes(seed % 11)) raise(faults, mistaken);
  if (seed % tidied.every === tidied.at) raise(faults, tidied.trouble);
  const nodes = (faults.clone ?? 0) < 60 ? 3 + (seed % 6) : 6 + (seed % 3);
  const script = { seed, nodes, lastsMs, events: { faults } };
  return { script, options: { deeds: survivableDeeds } };
}

function raise(faults: Partial<Record<FaultName, number>>, trouble: Trouble): void {
  for (const [name, rate] of Object.entries(trouble) as [FaultName, number][]) {
    faults[name] = Math.max(faults[name] ?? 0, rate);
  }
}
