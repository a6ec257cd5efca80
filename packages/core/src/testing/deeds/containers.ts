/** What container runtimes do: start, stop, repeat, give up. */
import { type Deed, nodeAt, rateOf } from '../deed.ts';

const draw = (random: { below(n: number): number }): readonly number[] => [
  random.below(1024),
  random.below(1024),
];

/** ADD of some containers on one node. */
export const add: Deed = {
  name: 'add',
  hourly: (_, random) => random.scaled(5, 500),
  draw: (random) => [random.below(1024), random.chance(0.1) ? 1 + random.below(60) : 1],
  play(cluster, [pick, count = 1]) {
    const node = nodeAt(cluster, pick);
    for (let each = 0; each < count; each += 1) node.containers.add();
    return `${node.name} starts ${count} containers`;
  },
};

/** DEL of some containers on one node. */
export const del: Deed = {
  name: 'del',
  hourly: (_, random) => random.scaled(5, 500),
  draw: (random) => [
    random.below(1024),
    random.below(1024),
    random.chance(0.15) ? 1 + random.below(100) : 1,
  ],
  play(cluster, [pick, which = 0, count = 1]) {
    const node = nodeAt(cluster, pick);
    const { containers } = node;
    const before = containers.running.length;
    if (before === 0) return undefined;
    for (let each = 0; each < count; each += 1) containers.del(which);
    return `${node.name} stops ${before - containers.running.length} containers`;
  },
};

/** ADD repeated for a container that runs. */
export const addAgain: Deed = {
  name: 'addAgain',
  hourly: () => 10,
  draw,
  play(cluster, [pick, which = 0]) {
    const node = nodeAt(cluster, pick);
    node.containers.addAgain(which);
    return `${node.name} repeats an ADD`;
  },
};

/** DEL repeated for a container that is gone. */
export const delAgain: Deed = {
  name: 'delAgain',
  hourly: () => 10,
  draw,
  play(cluster, [pick, which = 0]) {
    const node = nodeAt(cluster, pick);
    node.containers.delAgain(which);
    return `${node.name} repeats a DEL`;
  },
};

/** A container is stopped and started under another id. */
export const retry: Deed = {
  name: 'retry',
  hourly: () => 10,
  draw,
  play(cluster, [pick, which = 0]) {
    const node = nodeAt(cluster, pick);
    node.containers.retry(which);
    return `${node.name} starts a container again under a new id`;
  },
};

/**
 * Some hundred containers on one node, gone again after minutes: the node gets space of several members, and
 * has pieces of several records side by side to give away afterwards.
 */
export const surge: Deed = {
  name: 'surge',
  hourly: rateOf('surge'),
  draw: (random) => [
    random.below(1024),
    65 + random.below(400),
    Math.round(random.scaled(10_000, 1_200_000)),
  ],
  play(cluster, [pick, count = 1, lastsMs = 0]) {
    const node = nodeAt(cluster, pick);
    const { containers } = node;
    for (let each = 0; each < count; each += 1) containers.add();
    cluster.after(lastsMs, () => {
      for (let each = 0; each < count; each += 1) containers.del(each);
    });
    return `${node.name} starts ${count} containers for ${lastsMs} ms`;
  },
};
