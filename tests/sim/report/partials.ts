// Counts of several long runs, added up.
import { Coverage, type Script, simulate, type Violation } from '@hedgerow/core/testing';
import { addTo, type Broken, type Swarm } from './measure.ts';
import { nightlyRun } from './nightlyMix.ts';

/** What one process counted, as JSON. */
export interface Partial {
  readonly seeds: number;
  /** How many of them are of the small mix. Default: none. */
  readonly small?: number;
  readonly steps: number;
  readonly simulatedMs: number;
  /** Milliseconds of processor time. */
  readonly processorMs: number;
  readonly equivocations: number;
  readonly faults: readonly (readonly [string, number])[];
  readonly crashes: readonly (readonly [string, number])[];
  /** What documented limits broke, by invariant. */
  readonly excused: readonly (readonly [string, number])[];
  readonly violations: readonly {
    readonly seed: number;
    readonly violation: Pick<Violation, 'invariant' | 'message'>;
    /** What was run: the mix of a seed may have changed since. */
    readonly script: Script;
  }[];
}

/** A long run takes longer than it takes to mend what it finds: each seed that broke something runs once more. */
function again({ seed, violation, script }: Partial['violations'][number]): Broken {
  const outcome = simulate(script, nightlyRun(seed).options);
  return { seed, violation, isMended: outcome.violation === undefined };
}

/** One swarm out of all. */
export function addUp(partials: readonly Partial[]): Swarm {
  const coverage = new Coverage();
  const sum = (of: (each: Partial) => number): number =>
    partials.reduce((total, each) => total + of(each), 0);
  for (const { faults, crashes } of partials) {
    const other = new Coverage();
    for (const [name, count] of faults) other.faults.set(name, count);
    for (const [name, count] of crashes) other.crashes.set(name, count);
    coverage.merge(other);
  }
  const excused = new Map<string, number>();
  for (const partial of partials) addTo(excused, partial.excused);
  return {
    excused,
    seeds: sum((each) => each.seeds),
    small: sum((each) => each.small ?? 0),
    steps: sum((each) => each.steps),
    simulatedHours: sum((each) => each.simulatedMs) / 3_600_000,
    equivocations: sum((each) => each.equivocations),
    coverage,
    violations: partials.flatMap(({ violations }) => violations.map(again)),
  };
}
