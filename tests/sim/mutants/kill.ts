// Runs seeds against a mutant until one of them finds it, and shortens what it found.
import type { Faults, Outcome, Shrunk } from '@hedgerow/core/testing';
import { loadTesting } from './load.ts';
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

const seedsEach = 8;

const defaultShrinkSteps = 20_000_000;

/** Hunts one mutant. */
export async function kill(mutant: Mutant, options: KillOptions): Promise<Kill> {
  const { allCheckers, mixFaults, Random, simulate, shrink } = await loadTesting(mutant);
  const { invariant: only } = options;
  const checkers = () => allCheckers().filter(({ invariant }) => (only ?? invariant) === invariant);
  const run = (seed: number, nodes: number, forMs: number): Outcome => {
    const mixed = options.faults ?? mixFaults(new Random(seed, 9));
    // A liar now and then: promises about what it gave twice are off, that it is named is not.
    const faults: Faults = seed % 3 === 2 ? { ...mixed, equivocate: 1 } : mixed;
    return simulate({ seed, nodes, lastsMs: forMs, events: { faults } }, { checkers });
  };
  const shortened = (seed: number, found: Outcome): Shrunk | undefined => {
    const limits = {
      maxRuns: options.shrinkRuns,
      maxSteps: options.shrinkSteps ?? defaultShrinkSteps,
    };
    for (const [nodes, forMs] of smaller) {
      for (let each = seed; each < seed + seedsEach; each += 1) {
        const outcome = run(each, nodes, forMs);
        if (outcome.violation?.invariant !== found.violation?.invariant) continue;
        return shrink(outcome.listed, { checkers }, limits);
      }
    }
    return shrink(found.listed, { checkers }, limits);
  };
  for (let at = 0; at < options.maxSeeds; at += 1) {
    const seed = options.firstSeed + at;
    const outcome = run(seed, options.nodes, options.lastsMs ?? hourMs);
    if (outcome.violation === undefined) continue;
    const { invariant, message } = outcome.violation;
    const short = options.shrinkRuns > 0 ? shortened(seed, outcome) : undefined;
    return { mutant, seed, seeds: at + 1, invariant, message, events: short?.events };
  }
  const { maxSeeds: seeds } = options;
  const nothing = { seed: undefined, invariant: undefined, message: undefined, events: undefined };
  return { mutant, seeds, ...nothing };
}
