// The swarm of the report, when no longer one was run before.
import { Coverage, mixFaults, Random, simulate, type Violation } from '@hedgerow/core/testing';

/** A seed that broke a promise. */
export interface Broken {
  readonly seed: number;
  readonly violation: Pick<Violation, 'invariant' | 'message'>;
  /** True when the same seed keeps all promises in the present code: it was looked at and mended since. */
  readonly isMended?: boolean;
}

/** A swarm of seeds. */
export interface Swarm {
  readonly seeds: number;
  /** How many of them are of the small mix. */
  readonly small: number;
  readonly steps: number;
  readonly simulatedHours: number;
  readonly coverage: Coverage;
  readonly violations: readonly Broken[];
  readonly equivocations: number;
  /** How often documented limits were met, by name. */
  readonly excused: ReadonlyMap<string, number>;
}

/** Runs seeds from `first` on for so long, sizes from 3 to 8; every eighth seed has a liar. */
export function runSwarm(first: number, forMs: number, hours: number): Swarm {
  const untilMs = Date.now() + forMs;
  const coverage = new Coverage();
  const violations: { seed: number; violation: Violation }[] = [];
  let steps = 0;
  let simulatedMs = 0;
  let equivocations = 0;
  const excused = new Map<string, number>();
  let seed = first;
  for (; Date.now() < untilMs; seed += 1) {
    const mixed = mixFaults(new Random(seed, 9));
    const faults = seed % 8 === 7 ? { ...mixed, equivocate: 1 } : mixed;
    const nodes = 3 + (seed % 6);
    const outcome = simulate({ seed, nodes, lastsMs: hours * 3_600_000, events: { faults } });
    if (outcome.violation !== undefined) violations.push({ seed, violation: outcome.violation });
    coverage.merge(outcome.cluster.coverage);
    steps += outcome.steps;
    simulatedMs += outcome.simulatedMs;
    equivocations += outcome.cluster.equivocations.length / 2;
    addTo(excused, outcome.cluster.excused);
  }
  const simulatedHours = simulatedMs / 3_600_000;
  return {
    seeds: seed - first,
    small: 0,
    steps,
    simulatedHours,
    coverage,
    violations,
    equivocations,
    excused,
  };
}

/** Adds counts by name to others. */
export function addTo(sum: Map<string, number>, more: Iterable<readonly [string, number]>): void {
  for (const [name, count] of more) sum.set(name, (sum.get(name) ?? 0) + count);
}
