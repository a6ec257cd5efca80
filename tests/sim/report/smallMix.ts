// Small clusters with scarce pools, in which machines end in every way and come back: zones, leaving with live containers,
// the forgotten that restart, machines that die beyond what guardians survive, censuses, and lies about all of it.
import {
  type ClusterOptions,
  type Faults,
  Random,
  type Script,
  survivableDeeds,
} from '@hedgerow/core/testing';

/** Seeds from this one on play this mix. */
export const smallFrom = 1_000_000_000;

/** Half an hour of trouble, and what it takes to be quiet again. */
const lastsMs = 1_800_000;

/** What strikes in all of them, now and then. */
const always: Faults = {
  lose: 0.02,
  delay: 0.01,
  duplicate: 0.01,
  crash: 2,
  disconnect: 2,
  stop: 2,
  join: 1,
  slander: 6,
};

/** How machines end, and what comes after. One or two of these a seed. */
const ends: readonly Faults[] = [
  { leave: 8, leaveLive: 6, join: 2 },
  { leaveLive: 10, revive: 6 },
  { wrongForget: 60, partition: 4, oneWay: 2, linger: 20 },
  { wrongForget: 60, partition: 4, down: 4, linger: 30 },
  { die: 10, forget: 10, revive: 8, join: 2 },
  { die: 6, forget: 6, leave: 6, linger: 10 },
  { dieBeyond: 3, forgetUnsafe: 12, forget: 6 },
  { dieBeyond: 4, forgetUnsafe: 20, crash: 6 },
];

/** What else goes wrong in one seed of some. */
const besides: readonly Faults[] = [
  {},
  { alone: 6, stop: 10 },
  { suspect: 3, join: 2 },
  { wipeRun: 1, reboot: 4, linger: 10 },
  { crashBeforePersist: 6, crashAfterPersist: 6, crashAfterSend: 6 },
  { slander: 60, lie: 20 },
  { partition: 3, oneWay: 3 },
  { restore: 8, lostTail: 8 },
  { writeError: 0.05, diskFull: 2 },
  { pause: 3, slow: 3, clockJump: 2 },
];

/** The run of one seed. */
export function smallRun(seed: number): {
  readonly script: Script;
  readonly options: ClusterOptions;
} {
  const random = new Random(seed, 11);
  const one = ends[seed % ends.length] as Faults;
  const faults = highest(
    always,
    one,
    random.chance(0.3) ? (ends[random.below(ends.length)] as Faults) : {},
    besides[random.below(besides.length)] as Faults,
  );
  const isZoned = random.chance(0.5);
  const nodes = isZoned ? 7 + random.below(2) : 3 + random.below(5);
  const length = 23 + random.below(3);
  const pools = [
    { name: 'default', prefix: `10.32.0.0/${length}`, blockLength: 28, subnet: 'pool' as const },
  ];
  const tuning = {
    heartbeatMs: 10_000,
    reclaimMs: 300_000,
    restMs: random.scaled(30_000, 900_000),
    withdrawAfterMs: random.scaled(5_000, 120_000),
    reserveBlocks: random.below(2),
    lowFree: 1 + random.below(8),
    highFree: 20 + random.below(20),
  };
  const script = { seed, nodes, lastsMs, events: { faults } };
  const zones = isZoned ? 3 : 0;
  return { script, options: { deeds: survivableDeeds, pools, founders: 1, zones, tuning } };
}

function highest(...all: readonly Faults[]): Faults {
  const rates: Record<string, number> = {};
  for (const [name, rate] of all.flatMap((each) => Object.entries(each))) {
    rates[name] = Math.max(rates[name] ?? 0, rate);
  }
  return rates;
}
