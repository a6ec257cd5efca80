/** Agents are killed, at any point of a write, and machines reboot. */
import { type Deed, nodeAt, rateOf } from '../deed.ts';
import type { FaultName } from '../faults.ts';
import type { Random } from '../random.ts';
import type { Armed } from '../writing.ts';

/** What writes are rarely for: one kill in four waits for one of these. */
const rare: readonly string[] = ['syncUpdate', 'published', 'wanted', 'gossip'];

/** A kill in a write, from what `drawArmed` gave. */
function armedFor(
  point: Armed['point'],
  [, pick = 0, downMs = 0, fate = 0]: readonly number[],
): Armed {
  const aim = pick < 12 ? undefined : rare[pick - 12];
  return {
    point,
    skip: aim === undefined ? pick % 3 : 0,
    downMs,
    losesKept: (fate & 1) === 1,
    ...(aim === undefined ? {} : { aim }),
    ...((fate & 2) === 0 ? {} : { again: true }),
  };
}

/** Node; how many writes come before, or what the write is for; milliseconds; what is lost, and whether again. */
function drawArmed(random: Random): readonly number[] {
  return [
    random.below(1024),
    random.below(12 + rare.length),
    Math.round(random.scaled(10, 120_000)),
    random.below(4),
  ];
}

function told({ aim, skip }: Armed): string {
  return aim === undefined ? `after ${skip} more` : `in one for ${aim}`;
}

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
    draw: drawArmed,
    play(cluster, args) {
      const node = nodeAt(cluster, args[0]);
      if (!node.isUp) return undefined;
      node.armed = armedFor(point, args);
      return `${node.name} will be killed: ${point}, ${told(node.armed)}`;
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
  draw: (random) => [...drawArmed(random), random.below(8)],
  play(cluster, args) {
    const node = nodeAt(cluster, args[0]);
    if (!node.isUp) return undefined;
    const lost = cluster.nodes.filter(({ isGone }) => isGone).length;
    const damages = args[4] === 0 && (lost + 1) * 3 <= cluster.nodes.length;
    const kill = armedFor('tornWrite', args);
    node.armed = damages ? { ...kill, damages } : kill;
    return `power will fail in a write of ${node.name}, ${told(kill)}`;
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
