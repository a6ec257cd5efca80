import { expect, it } from 'vitest';
import { grown } from '../../testing/lossFixtures.ts';
import type { SimNode } from '../../testing/node.ts';

/** Lets a node leave, ends its process at the first moment when this is so, and starts it again. */
function interrupted(seed: number, isSo: (leaver: SimNode) => boolean): SimNode {
  const cluster = grown(5, seed);
  const leaver = cluster.nodes[2] as SimNode;
  leaver.take({ type: 'leave' });
  const untilMs = cluster.nowMs + 600_000;
  while (!isSo(leaver) && cluster.nowMs < untilMs) {
    if (leaver.containers.running.length > 0) leaver.containers.del(0);
    cluster.runUntil(untilMs, cluster.steps + 1);
  }
  expect(isSo(leaver)).toBe(true);
  leaver.crash('half-way', true);
  cluster.runUntil(cluster.nowMs + 20_000);
  // What the shell noted goes in again; who has left is switched off.
  leaver.isLeaving = true;
  leaver.start();
  cluster.runUntil(cluster.nowMs + 600_000);
  return leaver;
}

it.each([1, 2, 3])(
  'a leave that is interrupted while things are handed over ends, seed %i',
  (seed) => {
    const leaver = interrupted(seed, ({ disk }) => disk.register.estate.outbox.length > 0);
    expect(leaver.isGone).toBe(true);
    expect(leaver.cluster.violation).toBe(undefined);
  },
);

it.each([1, 2, 3])(
  'a leave that is interrupted once its register is sealed ends, seed %i',
  (seed) => {
    const leaver = interrupted(seed, ({ disk }) => disk.register.estate.sealed === true);
    expect(leaver.isGone).toBe(true);
    expect(leaver.alarms).toEqual([]);
    expect(leaver.cluster.violation).toBe(undefined);
  },
);
