// What situations for mutants are made of.
import type * as testing from '@hedgerow/core/testing';
import type { Cluster, SimNode } from '@hedgerow/core/testing';

/** The simulator, as it is or with a mutant in it. */
export type Testing = typeof testing;

/** In virtual milliseconds. */
export const minute = 60_000;
/** Short times, so that deaths and rests can be watched. */
export const tuning = {
  heartbeatMs: 10_000,
  reclaimMs: 10 * minute,
  restMs: 5 * minute,
  reserveBlocks: 1,
};

/** A cluster that has shared its space and given its registers to guardians. */
export function clusterOf({ allCheckers, Cluster }: Testing, seed: number, size: number): Cluster {
  const cluster = new Cluster(seed, size, { checkers: allCheckers, tuning, tolerated: ['L1'] });
  cluster.runUntil(5 * minute);
  return cluster;
}

/** A node by its number. */
export function at({ nodes }: Cluster, index: number): SimNode {
  return nodes[index] as SimNode;
}

/** Lets time pass. */
export function wait(cluster: Cluster, ms: number): void {
  cluster.runUntil(cluster.nowMs + ms);
}

/** Cuts the link between two nodes; both notice. */
export function separate({ links }: Cluster, one: SimNode, other: SimNode): void {
  links.cut(one, other);
  links.cut(other, one);
  links.disconnect(one, other);
}

/** An operator says on the first node that a member is gone. */
export function forget(cluster: Cluster, target: SimNode, now: boolean): void {
  at(cluster, 0).take({ type: 'forget', member: target.member, now });
  cluster.tried.add('forget');
}
