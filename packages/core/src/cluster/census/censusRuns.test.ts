import { describe, expect, test } from 'vitest';
import { liveOnce } from '../../testing/checkers/liveOnce.ts';
import { Cluster } from '../../testing/cluster.ts';
import { lose, nodesOf, problemsOf } from '../../testing/lossFixtures.ts';
import type { SimNode } from '../../testing/node.ts';
import { Random } from '../../testing/random.ts';

const minute = 60_000;

describe('by chance', () => {
  /** Traffic, lost messages, machines lost for good, restarts in the middle; everything has one owner after. */
  function play(seed: number): readonly string[] {
    const random = new Random(seed, 99);
    const size = 2 + random.below(7);
    const cluster = new Cluster(seed, size, {
      founders: 1 + random.below(Math.min(3, size)),
      checkers: () => [liveOnce()],
      tuning: { heartbeatMs: 5_000, reclaimMs: 10 * minute, restMs: 10 * minute },
    });
    const lost = nodesOf(
      cluster,
      ...Array.from({ length: size - 1 }, (_, index) => index + 1),
    ).filter(() => random.chance(0.6));
    const living = cluster.nodes.filter((node) => !lost.includes(node));
    const busyFor = (ms: number): void => {
      const endMs = cluster.nowMs + ms;
      while (cluster.nowMs < endMs && cluster.violation === undefined) {
        const { containers, isUp } = living[random.below(living.length)] as SimNode;
        for (let count = random.below(isUp ? 30 : 1); count > 0; count -= 1) containers.add();
        if (random.chance(0.3)) containers.del(random.below(100));
        cluster.runUntil(Math.min(endMs, cluster.nowMs + 1 + random.below(1_500)));
      }
    };
    if (random.chance(0.6)) {
      cluster.links.fates = {
        of: (from, to, n) =>
          random.chance(0.15) ? { from, to, n, kind: 'lose', byMs: 0 } : undefined,
      };
    }
    busyFor(20_000 + random.below(30_000));
    for (const node of lost) {
      node.crash('gone for good', true);
      node.isGone = true;
      busyFor(random.below(random.chance(0.5) ? 50 : 4_000));
    }
    lose(cluster, lost);
    const [first] = cluster.nodes as [SimNode];
    for (let round = 0; round < 5; round += 1) {
      for (const node of living) node.start();
      cluster.runUntil(cluster.nowMs + 20_000);
      if (round === 4) cluster.links.fates = { of: () => undefined };
      const [member, ...others] = lost.map((node) => node.member);
      first.forgotten.length = 0;
      if (member === undefined) break;
      for (const each of lost) first.take({ type: 'forget', member: each.member, now: false });
      busyFor(round === 0 ? 20_000 : 45_000);
      first.forgotten.length = 0;
      first.take({ type: 'forget', member, others, now: random.chance(0.5), unsafe: true });
      busyFor(random.below(2_500));
      const restarts = living[random.below(living.length)] as SimNode;
      if (random.chance(0.4)) restarts.crash('restarts', true);
      restarts.start();
      busyFor(60_000);
      const ends = first.forgotten.map(({ outcome }) => outcome);
      if (ends.length === lost.length && ends.every((outcome) => outcome === 'done')) break;
    }
    cluster.links.fates = { of: () => undefined };
    cluster.runUntil(cluster.nowMs + 3 * minute);
    const { violation } = cluster;
    const broken = violation === undefined ? [] : [`${violation.invariant}: ${violation.message}`];
    return [...broken, ...problemsOf(cluster, living)];
  }

  test.each(Array.from({ length: 12 }, (_, seed) => seed + 1))('seed %i', (seed) => {
    expect(play(seed)).toEqual([]);
  });
});
