// Hedgerow's simulated cluster from outside: a workload and an invariant of one's own, faults, and what to do
// with a run that breaks a promise. Run it with `node --conditions=hedgerow-source examples/simulate.ts`.
import {
  allCheckers,
  allDeeds,
  type Checker,
  type Deed,
  nodeAt,
  type Outcome,
  type Script,
  shrink,
  simulate,
} from '@hedgerow/core/testing';

/** A deployment that brings ten containers to one node at once, a few times an hour. */
const deploy: Deed = {
  name: 'deploy',
  hourly: () => 4,
  draw: (random) => [random.below(1024)],
  play(cluster, [pick]) {
    const node = nodeAt(cluster, pick);
    for (let each = 0; each < 10; each += 1) node.containers.add();
    return `${node.name} gets ten containers`;
  },
};

/** At most this many containers ever waited in vain on one node. */
export function patient(most: number): Checker {
  return {
    invariant: 'P1',
    says: `at most ${most} ADDs of a node fail`,
    settled(cluster) {
      const node = cluster.nodes.find(({ containers }) => containers.failures > most);
      return node && `${node.name} let ${node.containers.failures} containers down`;
    },
  };
}

/** Runs one seed. When a promise is broken, the shortest script that still breaks it comes along. */
export function trial(seed: number, most: number): { outcome: Outcome; short?: Script } {
  const faults = { lose: 0.05, crash: 2, partition: 1 };
  const script: Script = { seed, nodes: 4, lastsMs: 3_600_000, events: { faults } };
  const options = {
    deeds: [...allDeeds, deploy],
    checkers: () => [...allCheckers(), patient(most)],
  };
  const outcome = simulate(script, options);
  const shrunk = outcome.violation && shrink(outcome.listed, options, { maxRuns: 200 });
  return shrunk === undefined ? { outcome } : { outcome, short: shrunk.script };
}

if (process.argv[1] === import.meta.filename) {
  const { outcome, short } = trial(1, 30);
  console.log(`${outcome.steps} steps; ${outcome.violation?.message ?? 'no promise was broken'}`);
  if (short !== undefined) console.log(JSON.stringify(short));
}
