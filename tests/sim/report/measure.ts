// What the report measures: a long swarm, speed, and convergence.
import {
  Coverage,
  mixFaults,
  Random,
  type Script,
  simulate,
  type Violation,
} from '@hedgerow/core/testing';

/** A swarm of seeds. */
export interface Swarm {
  readonly seeds: number;
  readonly steps: number;
  readonly simulatedHours: number;
  readonly coverage: Coverage;
  readonly violations: readonly { readonly seed: number; readonly violation: Violation }[];
  readonly equivocations: number;
}

/** Runs seeds from `first` on for so long, sizes from 3 to 8; every eighth seed has a liar. */
export function runSwarm(first: number, forMs: number, hours: number): Swarm {
  const untilMs = Date.now() + forMs;
  const coverage = new Coverage();
  const violations: { seed: number; violation: Violation }[] = [];
  let steps = 0;
  let simulatedMs = 0;
  let equivocations = 0;
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
  }
  const simulatedHours = simulatedMs / 3_600_000;
  return { seeds: seed - first, steps, simulatedHours, coverage, violations, equivocations };
}

/** Steps a second of processor time, all checkers on. */
export function speed(nodes: number, hours: number): number {
  const faults = { lose: 0.01, duplicate: 0.01, crash: 0.5, partition: 0.05 };
  const length = nodes > 100 ? 16 : nodes > 20 ? 18 : 20;
  const pools = [
    { name: 'default', prefix: `10.32.0.0/${length}`, blockLength: 26, subnet: 'pool' as const },
  ];
  const script: Script = { seed: 1, nodes, lastsMs: hours * 3_600_000, events: { faults } };
  const before = process.cpuUsage();
  const { steps } = simulate(script, { pools, tuning: {} });
  const used = process.cpuUsage(before);
  return Math.round((steps / (used.user + used.system)) * 1_000_000);
}

/** Virtual milliseconds from the end of a partition in halves until all sets are equal. */
export function convergenceMs(nodes: number, seed: number): number {
  const pools = [
    { name: 'default', prefix: '10.32.0.0/16', blockLength: 26, subnet: 'pool' as const },
  ];
  const lastsMs = 600_000;
  const actions = [
    { atMs: 30_000, deed: 'partition', args: [seed, lastsMs - 30_000, 1_000] },
    ...Array.from({ length: nodes }, (_, at) => ({
      atMs: 60_000 + at,
      deed: 'add',
      args: [at, 60],
    })),
  ];
  let equalMs = Number.NaN;
  const checker = {
    invariant: 'L1',
    says: 'remembers when all sets became equal',
    stepped(node: { readonly cluster: Parameters<typeof sameSets>[0] }): undefined {
      const { cluster } = node;
      if (cluster.nowMs < lastsMs || !Number.isNaN(equalMs) || cluster.steps % nodes !== 0) return;
      if (sameSets(cluster)) equalMs = cluster.nowMs - lastsMs;
    },
  };
  const events = { actions, net: [], writeErrors: 0 };
  simulate({ seed, nodes, lastsMs, events }, { pools, tuning: {}, checkers: () => [checker] });
  return equalMs;
}

function sameSets(cluster: {
  readonly nowMs: number;
  readonly steps: number;
  readonly nodes: readonly { readonly replica: { hash(): string } | undefined }[];
}): boolean {
  const [first, ...others] = cluster.nodes.map(({ replica }) => replica?.hash());
  return others.every((hash) => hash === first);
}
