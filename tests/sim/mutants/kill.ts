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
}

const lastsMs = 3_600_000;

/** Long runs are shortened with less care. */
function runsFor({ steps }: Outcome, { shrinkRuns }: KillOptions): number {
  return Math.max(20, Math.min(shrinkRuns, Math.floor(8_000_000 / steps)));
}

/** Hunts one mutant. */
export async function kill(mutant: Mutant, options: KillOptions): Promise<Kill> {
  const { mixFaults, Random, simulate, shrink } = await loadTesting(mutant);
  for (let at = 0; at < options.maxSeeds; at += 1) {
    const seed = options.firstSeed + at;
    const mixed = mixFaults(new Random(seed, 9));
    // A liar now and then: promises about what it gave twice are off, that it is named is not.
    const faults: Faults = seed % 3 === 2 ? { ...mixed, equivocate: 1 } : mixed;
    const script = { seed, nodes: options.nodes, lastsMs, events: { faults } };
    const outcome: Outcome = simulate(script, { maxSteps: 1_000_000 });
    if (outcome.violation === undefined) continue;
    const { invariant, message } = outcome.violation;
    const short: Shrunk | undefined =
      options.shrinkRuns > 0 ? shrink(outcome.listed, {}, runsFor(outcome, options)) : undefined;
    return { mutant, seed, seeds: at + 1, invariant, message, events: short?.events };
  }
  const { maxSeeds: seeds } = options;
  const nothing = { seed: undefined, invariant: undefined, message: undefined, events: undefined };
  return { mutant, seeds, ...nothing };
}
