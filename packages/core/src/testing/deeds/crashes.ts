/** Agents are killed, at any point of a write, and machines reboot. */
import { type Deed, nodeAt, rateOf } from '../deed.ts';
import type { FaultName } from '../faults.ts';
import type { Random } from '../random.ts';
import type { Armed } from '../writing.ts';

function draw(random: Random): readonly number[] {
  return [
    random.below(1024),
    random.below(3),
    Math.round(random.scaled(10, 120_000)),
    random.below(2),
  ];
}

/** An agent is killed between two steps. */
export const crash: Deed = {
  name: 'crash',
  hourly: rateOf('crash'),
  draw,
  play(cluster, [pick, , downMs = 0, losesKept]) {
    const node = nodeAt(cluster, pick);
    if (!node.isUp) return undefined;
    node.crash('crash', losesKept === 1);
    cluster.after(downMs, () => node.start());
    return `${node.name} is killed for ${downMs} ms`;
  },
};

function armed(name: FaultName, point: Armed['point']): Deed {
  return {
    name,
    hourly: rateOf(name),
    draw,
    play(cluster, [pick, skip = 0, downMs = 0, losesKept]) {
      const node = nodeAt(cluster, pick);
      if (!node.isUp) return undefined;
      node.armed = { point, skip, downMs, losesKept: losesKept === 1 };
      return `${node.name} will be killed: ${point}, after ${skip} more`;
    },
  };
}

/** An agent is killed while a write is under way. */
export const crashBeforePersist: Deed = armed('crashBeforePersist', 'beforePersist');
/** An agent is killed when a write is stored, before it learns that. */
export const crashAfterPersist: Deed = armed('crashAfterPersist', 'afterPersist');
/** An agent is killed among the effects that follow a write. */
export const crashAfterSend: Deed = armed('crashAfterSend', 'afterSend');

/**
 * Power fails while a write is under way, and part of it is in the file. One in eight damages the database;
 * at most a third of the nodes are lost like that.
 */
export const tornWrite: Deed = {
  name: 'tornWrite',
  hourly: rateOf('tornWrite'),
  draw: (random) => [...draw(random), random.below(8)],
  play(cluster, [pick, skip = 0, downMs = 0, losesKept, fate]) {
    const node = nodeAt(cluster, pick);
    if (!node.isUp) return undefined;
    const lost = cluster.nodes.filter(({ isGone }) => isGone).length;
    const damages = fate === 0 && (lost + 1) * 3 <= cluster.nodes.length;
    const kill = { point: 'tornWrite' as const, skip, downMs, losesKept: losesKept === 1 };
    node.armed = damages ? { ...kill, damages } : kill;
    return `power will fail in a write of ${node.name}, after ${skip} more`;
  },
};

/** The machine reboots. */
export const reboot: Deed = {
  name: 'reboot',
  hourly: rateOf('reboot'),
  draw,
  play(cluster, [pick, , downMs = 0, losesKept]) {
    const node = nodeAt(cluster, pick);
    node.crash('reboot', losesKept === 1);
    node.containers.reboot();
    cluster.after(downMs, () => node.start());
    return `${node.name} reboots for ${downMs} ms`;
  },
};

/** The agent is down for long, while containers come and go. */
export const down: Deed = {
  name: 'down',
  hourly: rateOf('down'),
  draw: (random) => [random.below(1024), Math.round(random.scaled(60_000, 3_600_000))],
  play(cluster, [pick, downMs = 0]) {
    const node = nodeAt(cluster, pick);
    if (!node.isUp) return undefined;
    node.crash('down', false);
    cluster.after(downMs, () => node.start());
    return `the agent of ${node.name} is down for ${downMs} ms`;
  },
};
