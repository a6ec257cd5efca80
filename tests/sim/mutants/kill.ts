// Runs seeds against a mutant until one of them finds it, and shortens what it found.
import type { Faults, Outcome, Shrunk } from '@hedgerow/core/testing';
import { loadTesting } from './load.ts';
import { situations } from './situations.ts';
import type { Mutant } from './types.ts';

/** What became of a mutant. */
export interface Kill {
  readonly mutant: Mutant;
  /** The seed that found it; undefined when all were in vain. */
  readonly seed: number | undefined;
  /** Seeds that were needed. */
  readonly seeds: number;
  readonly invariant: string | undefined;
  readonly message: string | undefined;
  /** The situation that found it, where no seed was tried. */
  readonly situation?: string;
  /** Events of the shortened run, if it was shortened. */
  readonly events: number | undefined;
}

export interface KillOptions {
  readonly firstSeed: number;
  readonly maxSeeds: number;
  readonly nodes: number;
  readonly shrinkRuns: number;
  /** Of all runs that shorten one trace. Default: a minute or two at most. */
  readonly shrinkSteps?: number;
  /** How long things are done to the cluster, milliseconds of virtual time. Default: an hour. */
  readonly lastsMs?: number;
  /** Only the checkers of this invariant. Default: all. */
  readonly invariant?: string;
  /** Rates of faults. Default: drawn anew for each seed. */
  readonly faults?: Faults;
}

const hourMs = 3_600_000;

/** Smaller clusters and shorter runs: one of them that fails alike is a better start for shortening. */
const smaller: readonly (readonly [nodes: number, lastsMs: number])[] = [
  [2, 120_000],
  [3, 120_000],
  [3, 600_000],
  [5, 600_000],
];

/** Seeds of each size that are tried, of the same kind as the one that found it. */
const seedsEach = 12;

const defaultShrinkSteps = 20_000_000;

/** One seed in so many takes owners for silent within seconds: proposers of one register meet all the time. */
const hastyEvery = 3;
const hasty = {
  heartbeatMs: 2_000,
  reclaimMs: 15_000,
  restMs: 30_000,
  reserveBlocks: 2,
  syncMs: 10_000,
};

const nothing = { seed: undefined, invariant: undefined, message: undefined, events: undefined };

type Testing = Awaited<ReturnType<typeof loadTesting>>;

/** A run of a seed, with the mutant's code or the original's. */
type Run = (testing: Testing, seed: number, nodes: number, lastsMs: number) => Outcome;

/** Options of a seed: the same for the run and for those that shorten it. */
function optionsOf({ allCheckers }: Testing, seed: number, only: string | undefined) {
  const isHasty = only === undefined && seed % hastyEvery === 1;
  // Idle traffic and patience are measured against an ordinary pace.
  const counts = (invariant: string): boolean =>
    isHasty ? invariant.startsWith('S') : (only ?? invariant) === invariant;
  const checkers = () => allCheckers().filter(({ invariant }) => counts(invariant));
  return isHasty ? { checkers, tuning: hasty } : { checkers };
}

function runnerOf({ faults: given, invariant }: KillOptions): Run {
  return (testing, seed, nodes, lastsMs) => {
    const mixed = given ?? testing.mixFaults(new testing.Random(seed, 9));
    // A liar now and then: promises about what it gave twice are off, that it is named is not.
    const faults: Faults = seed % 3 === 2 ? { ...mixed, equivocate: 1 } : mixed;
    const options = optionsOf(testing, seed, invariant);
    return testing.simulate({ seed, nodes, lastsMs, events: { faults } }, options);
  };
}

/** Hunts one mutant. It is dead when there is a message. What the original breaks as well does not count. */
export async function kill(mutant: Mutant, options: KillOptions): Promise<Kill> {
  const testing = await loadTesting(mutant);
  const { situation } = mutant;
  if (situation !== undefined) {
    const message = situations[situation](testing);
    return { mutant, seeds: 0, situation, ...nothing, message };
  }
  const run = runnerOf(options);
  const original = await loadTesting(undefined);
  const isFair = (seed: number, nodes: number, lastsMs: number): boolean =>
    run(original, seed, nodes, lastsMs).violation === undefined;
  const shortened = (seed: number, found: Outcome): Shrunk | undefined => {
    const limits = {
      maxRuns: options.shrinkRuns,
      maxSteps: options.shrinkSteps ?? defaultShrinkSteps,
    };
    const shrinkAs = (from: number, { listed }: Outcome): Shrunk | undefined =>
      testing.shrink(listed, optionsOf(testing, from, options.invariant), limits);
    for (const [nodes, forMs] of smaller) {
      for (let each = seed; each < seed + seedsEach * hastyEvery; each += hastyEvery) {
        const outcome = run(testing, each, nodes, forMs);
        if (outcome.violation?.invariant !== found.violation?.invariant) continue;
        if (isFair(each, nodes, forMs)) return shrinkAs(each, outcome);
      }
    }
    return shrinkAs(seed, found);
  };
  for (let at = 0; at < options.maxSeeds; at += 1) {
    const seed = options.firstSeed + at;
    const lastsMs = options.lastsMs ?? hourMs;
    const outcome = run(testing, seed, options.nodes, lastsMs);
    if (outcome.violation === undefined || !isFair(seed, options.nodes, lastsMs)) continue;
    const { invariant, message } = outcome.violation;
    const short = options.shrinkRuns > 0 ? shortened(seed, outcome) : undefined;
    return { mutant, seed, seeds: at + 1, invariant, message, events: short?.events };
  }
  return { mutant, seeds: options.maxSeeds, ...nothing };
}
