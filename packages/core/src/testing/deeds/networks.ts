/** Partitions, broken connections, floods, and members that come. */
import { type Deed, nodeAt, rateOf } from '../deed.ts';
import { Random } from '../random.ts';

/** Two groups of nodes do not hear each other. */
export const partition: Deed = {
  name: 'partition',
  hourly: rateOf('partition'),
  draw: (random) => [
    random.bits(),
    Math.round(random.scaled(1_000, 3_600_000)),
    random.below(30_000),
  ],
  play(cluster, [groups = 0, lastsMs = 0, noticeMs = 0]) {
    const { links } = cluster;
    const random = new Random(groups);
    const side = cluster.nodes.map(() => random.chance(0.5));
    const pairs = cluster.nodes.flatMap((one, at) =>
      cluster.nodes.slice(at + 1).map((other) => [one, other] as const),
    );
    const apart = pairs.filter(([one, other]) => side[one.index] !== side[other.index]);
    for (const [one, other] of apart) {
      links.cut(one, other);
      links.cut(other, one);
    }
    cluster.after(noticeMs, () => {
      for (const [one, other] of apart) if (!links.isOpen(one, other)) links.disconnect(one, other);
    });
    cluster.after(lastsMs, () => {
      for (const [one, other] of apart) {
        links.mend(one, other);
        links.mend(other, one);
      }
    });
    const names = cluster.nodes.filter((node) => side[node.index]).map((node) => node.name);
    return `partition of ${names.join(' ') || 'nobody'} from the others for ${lastsMs} ms`;
  },
};

/** One node does not hear another. */
export const oneWay: Deed = {
  name: 'oneWay',
  hourly: rateOf('oneWay'),
  draw: (random) => [
    random.below(1024),
    random.below(1024),
    Math.round(random.scaled(1_000, 3_600_000)),
  ],
  play(cluster, [pick, which, lastsMs = 0]) {
    const from = nodeAt(cluster, pick);
    const to = nodeAt(cluster, which);
    if (from === to) return undefined;
    cluster.links.cut(from, to);
    cluster.after(lastsMs, () => cluster.links.mend(from, to));
    return `${to.name} does not hear ${from.name} for ${lastsMs} ms`;
  },
};

/** One connection breaks and comes back. */
export const disconnect: Deed = {
  name: 'disconnect',
  hourly: rateOf('disconnect'),
  draw: (random) => [random.below(1024), random.below(1024), Math.round(random.scaled(10, 60_000))],
  play(cluster, [pick, which, lastsMs = 0]) {
    const one = nodeAt(cluster, pick);
    const other = nodeAt(cluster, which);
    if (!cluster.links.areLinked(one, other)) return undefined;
    cluster.links.disconnect(one, other);
    cluster.after(lastsMs, () => cluster.links.connect(one, other));
    return `${one.name} and ${other.name} lose their connection for ${lastsMs} ms`;
  },
};

/** Many copies of one message at once. */
export const flood: Deed = {
  name: 'flood',
  hourly: rateOf('flood'),
  draw: (random) => [random.below(1024)],
  play: (cluster, [pick = 0]) => `a flood of ${cluster.links.flood(pick, 100)}`,
};

/** Members of a cluster that others may join: that live, and that ever were. */
const mostLiving = 24;
const mostEver = 96;

/** A new member. */
export const join: Deed = {
  name: 'join',
  hourly: rateOf('join'),
  draw: () => [],
  play(cluster) {
    const living = cluster.nodes.filter(({ isDead }) => !isDead).length;
    if (living >= mostLiving || cluster.nodes.length >= mostEver) return undefined;
    const node = cluster.addNode();
    node.start();
    return `${node.name} joins`;
  },
};
