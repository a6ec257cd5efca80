// Seeds that once found a bug in core. Each stays, with what it found.

import { type Faults, mixFaults, Random, simulate, survivableDeeds } from '@hedgerow/core/testing';
import { describe, expect, it } from 'vitest';
import { nightlyRun } from './report/nightlyMix.ts';

const hour = 3_600_000;
/** How long a long run may take on a busy machine. */
const patienceMs = 300_000;

/** Rates as they were when the seed found the bug. */
interface Found {
  readonly seed: number;
  readonly what: string;
  readonly faults: Faults;
}

/** With 5 nodes and for an hour. */
const found: readonly Found[] = [
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

/** With 3 to 7 nodes by its seed, or so many, for half an hour; by its own mix of faults, or these. */
const foundWithGuardians: readonly (Pick<Found, 'seed' | 'what'> &
  Partial<Found> & { nodes?: 5 })[] = [
  {
    seed: 2,
    what: "a guardian remembered an earlier start of an owner, who took it for a clone's",
  },
  {
    seed: 24,
    what: 'a former guardian took a living member for silent, and read its register for ever',
  },
  { seed: 17, what: 'what was on its way to a dead member was looked up at each heartbeat' },
  {
    seed: 155,
    what: 'a grant left the outbox before it was in the set, and nobody knew of it after a crash',
    nodes: 5,
    faults: {
      crash: 20,
      crashBeforePersist: 20,
      crashAfterPersist: 20,
      writeError: 0.3,
      clockJump: 6,
      tornWrite: 6,
    },
  },
  {
    seed: 0,
    what: 'nobody asked the guardians before for the Stop when the next were not seeded',
    nodes: 5,
    faults: {
      crash: 20,
      crashAfterPersist: 20,
      lose: 0.4,
      writeError: 0.3,
      die: 2,
      join: 2,
      down: 6,
    },
  },
  {
    seed: 63,
    what: 'an heir waited for a record that it had to publish itself',
    nodes: 5,
    faults: {
      die: 2,
      tornWrite: 6,
      lose: 0.3,
      crashBeforePersist: 20,
      crashAfterPersist: 20,
      writeError: 0.3,
    },
  },
  {
    seed: 197,
    what: 'a change of guardians went on in another epoch, and its Stop came before the next were ready',
    nodes: 5,
    faults: {
      restore: 2,
      lostTail: 2,
      lose: 0.3,
      writeError: 0.2,
      join: 2,
      die: 2,
      down: 6,
      crash: 20,
    },
  },
];

/** With 3 to 8 nodes by its seed, for two hours, by its own mix of faults and equivocation. */
const foundAtNight: readonly Pick<Found, 'seed' | 'what'>[] = [
  {
    seed: 6_000_135,
    what: 'a donor that looked again at what it gave wrote what it had read each time',
  },
];

describe('bugs that the simulator found', () => {
  it.each(found)('seed $seed: $what', ({ seed, faults }) => {
    for (const mix of [faults, mixFaults(new Random(seed, 9))]) {
      const outcome = simulate({ seed, nodes: 5, lastsMs: hour, events: { faults: mix } });
      expect(outcome.violation).toBe(undefined);
    }
  });

  it.each(foundWithGuardians)('seed $seed: $what', ({ seed, nodes, faults }) => {
    const events = { faults: faults ?? mixFaults(new Random(seed, 9)) };
    const outcome = simulate({ seed, nodes: nodes ?? 3 + (seed % 5), lastsMs: hour / 2, events });
    expect(outcome.violation).toBe(undefined);
  });

  it('nightly seed 7700010: an old grant came again before it was known that its addresses were taken over', () => {
    const faults: Faults = {
      lose: 0.00212994108485716,
      duplicate: 0.003667240319732687,
      reorder: 0.07737916607905228,
      delay: 0.026019459412190412,
      delayHours: 0.0060034772450005235,
      staleReplay: 0.011250714197459467,
      flood: 0.12071671782202452,
      partition: 2.741061618993083,
      oneWay: 0.46466872467788195,
      disconnect: 6,
      crashBeforePersist: 0.09733175897562026,
      crashAfterSend: 3.09599651432403,
      reboot: 0.38579993213625613,
      down: 0.13223481461651962,
      slow: 3.9342135229374287,
      pause: 3.3042114624205454,
      join: 0.016985839096816335,
      diskFull: 0.02181968601021421,
      clockSkew: 0.3518517776488379,
      clockJump: 0.036868476406408515,
      forge: 1.4413795727702152,
      oversize: 1.0161802704780065,
      replayRecord: 22.475679189470036,
      greedy: 0.38841259038188175,
      initTwice: 0.6786917935109087,
      wipeRun: 0.0034716446688031707,
      surge: 0.0494804071357542,
      restore: 1.5735537177380383,
      lostTail: 0.6177027448676428,
      clone: 24,
    };
    const script = { seed: 7_700_010, nodes: 3, lastsMs: 2 * hour, events: { faults } };
    expect(simulate(script, { deeds: survivableDeeds }).violation).toBe(undefined);
  });

  it.each(foundAtNight)('nightly seed $seed: $what', ({ seed }) => {
    const faults = { ...mixFaults(new Random(seed, 9)), equivocate: 1 };
    const script = { seed, nodes: 3 + (seed % 6), lastsMs: 2 * hour, events: { faults } };
    expect(simulate(script).violation).toBe(undefined);
  });

  it.each([
    [1_001, 'who was leaving took no grant any more: two that left together waited for each other'],
    [1_002, 'one that had left was accused of what was taken back from it'],
    [1_007, 'who had begun to settle for a silent member went on for ever when it was back'],
  ])('seed %i with members that leave: %s', (seed) => {
    const faults = { ...mixFaults(new Random(seed, 9)), leave: 6, join: 2 };
    const script = { seed, nodes: 4 + (seed % 5), lastsMs: 2 * hour, events: { faults } };
    expect(simulate(script, { deeds: survivableDeeds }).violation).toBe(undefined);
  });

  it.each([
    [2_022, 'one that was given up while it lived was accused when it asked for space'],
    [2_048, 'what such a one was giving stayed with it, as it was still connected'],
  ])('seed %i with an operator who is wrong: %s', (seed) => {
    const wrong = { wrongForget: 20, partition: 4, oneWay: 2, join: 2 };
    const faults = { ...mixFaults(new Random(seed, 9)), ...wrong };
    const script = { seed, nodes: 4 + (seed % 5), lastsMs: 2 * hour, events: { faults } };
    expect(simulate(script, { deeds: survivableDeeds }).violation).toBe(undefined);
  });

  it.each([
    [
      8_000_031,
      'an owner dropped what was taken over from it before the votes for that were in the set',
    ],
    [
      20_000_066,
      'a store from the moment when its register was about to move asked nobody before it went on',
    ],
    [
      20_000_193,
      'what came back to a node was refused while a dead one had not acknowledged that it once had it',
    ],
    [
      50_000_231,
      'each look into the register of a dead member published what waits there once more, with other votes',
    ],
    [
      50_001_364,
      'what a forgotten member had given to a dead one, who had accepted it, was never published',
    ],
    [50_001_149, 'what a member waited for was further on in the register that it waited at'],
    [
      70_000_156,
      'a guardian that abstains went on seeing to what it had last heard of the register of a dead member',
    ],
    [
      160_000_767,
      'guardians of both sets were gone before all of the next were seeded: nobody could prove the Stop to them',
    ],
    [
      160_000_655,
      'a record that no one else has, as a liar gave it and a crash kept it from being published, was given on',
    ],
    [
      170_000_744,
      'guardians left as soon as an estate was sealed: its heir had no votes for what it took over',
    ],
    [
      940_000_005,
      'what a dead member had given to one that left stayed with it, and its guardians never finished leaving',
    ],
    [
      940_000_024,
      'a guardian that went back to before it was seeded was never seeded again, and its owner never started',
    ],
    [
      190_000_358,
      'a start that waited for the word of another wrote to its own register in an epoch that had ended',
    ],
    [
      190_000_175,
      'one guardian had not heard of a seal, the others could not speak: what the seal left on its way stayed there',
    ],
    [
      1_000_010_073,
      'a census gave a register back to a member that had moved to other guardians meanwhile, and went on there',
    ],
    [
      1_000_030_169,
      'a member that had just joined left with a register that only its own store kept: what was on its way to it waited for ever',
    ],
    [
      1_000_040_089,
      'a member that left before others kept its register was never asked what it had accepted',
    ],
    [1_000_010_055, 'a census on a full disk wrote in every step: a storm'],
    [7_600_010, 'a guardian with a copy beside it was helped at every answer of either: a storm'],
  ])(
    'seed %i of the nightly mix: %s',
    (seed) => {
      const { script, options } = nightlyRun(seed);
      expect(simulate(script, options).violation).toBe(undefined);
    },
    patienceMs,
  );
});
