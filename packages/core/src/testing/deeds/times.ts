/** Nodes that are slow or stopped, and clocks that are wrong. */
import { type Deed, nodeAt, rateOf } from '../deed.ts';

/** A node needs long for each step, for a while. */
export const slow: Deed = {
  name: 'slow',
  hourly: rateOf('slow'),
  draw: (random) => [
    random.below(1024),
    Math.round(random.scaled(10, 1_000)),
    Math.round(random.scaled(1_000, 300_000)),
  ],
  play(cluster, [pick, slowMs = 0, lastsMs = 0]) {
    const node = nodeAt(cluster, pick);
    node.slowMs = slowMs;
    cluster.after(lastsMs, () => {
      node.slowMs = 0;
    });
    return `${node.name} needs ${slowMs} ms a step for ${lastsMs} ms`;
  },
};

/** A node stops between two steps and goes on later, as after SIGSTOP or a live migration. */
export const pause: Deed = {
  name: 'pause',
  hourly: rateOf('pause'),
  draw: (random) => [random.below(1024), Math.round(random.scaled(100, 600_000))],
  play(cluster, [pick, lastsMs = 0]) {
    const node = nodeAt(cluster, pick);
    if (!node.isUp) return undefined;
    node.pausedUntilMs = Math.max(node.pausedUntilMs, cluster.nowMs + lastsMs);
    return `${node.name} is stopped for ${lastsMs} ms`;
  },
};

/** A clock runs too fast or too slow for a while. */
export const clockSkew: Deed = {
  name: 'clockSkew',
  hourly: rateOf('clockSkew'),
  draw: (random) => [random.below(1024), 500 + random.below(1_500), random.below(3_600_000)],
  play: (cluster, [pick, permille = 1_000, lastsMs = 0]) =>
    changeRate(cluster, pick, permille / 1_000, lastsMs),
};

/** A clock stands still for a while. */
export const clockFreeze: Deed = {
  name: 'clockFreeze',
  hourly: rateOf('clockFreeze'),
  draw: (random) => [random.below(1024), Math.round(random.scaled(1_000, 600_000))],
  play: (cluster, [pick, lastsMs = 0]) => changeRate(cluster, pick, 0, lastsMs),
};

function changeRate(
  cluster: Parameters<Deed['play']>[0],
  pick: number | undefined,
  rate: number,
  lastsMs: number,
): string {
  const node = nodeAt(cluster, pick);
  node.clock.change(cluster.nowMs, rate, 0);
  node.clockChanged();
  cluster.after(lastsMs, () => {
    node.clock.change(cluster.nowMs, 1, 0);
    node.clockChanged();
  });
  return `the clock of ${node.name} runs at ${rate} for ${lastsMs} ms`;
}

/** A clock jumps ahead. */
export const clockJump: Deed = {
  name: 'clockJump',
  hourly: rateOf('clockJump'),
  draw: (random) => [random.below(1024), Math.round(random.scaled(100, 86_400_000))],
  play(cluster, [pick, aheadMs = 0]) {
    const node = nodeAt(cluster, pick);
    node.clock.change(cluster.nowMs, 1, aheadMs);
    node.clockChanged();
    return `the clock of ${node.name} jumps ahead by ${aheadMs} ms`;
  },
};
