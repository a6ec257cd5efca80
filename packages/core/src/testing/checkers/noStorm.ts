/** L4: no storm of writes: what a node stores in a minute is bounded, whatever happens to it. */
import type { SimNode } from '../node.ts';
import type { Checker } from '../types.ts';

/** Durable writes of one node in one minute of virtual time: far above what honest work leads to. */
export const mostWrites = 600;

/** Counts writes by node and minute. */
export function noStorm(): Checker {
  const minutes = new Map<SimNode, { minute: number; writes: number }>();
  return {
    invariant: 'L4',
    says: 'no node writes without end',
    stored(node) {
      const minute = Math.floor(node.cluster.nowMs / 60_000);
      let count = minutes.get(node);
      if (count?.minute !== minute) {
        count = { minute, writes: 0 };
        minutes.set(node, count);
      }
      count.writes += 1;
      if (count.writes <= mostWrites) return undefined;
      return `${node.name} stored ${count.writes} times in one minute: a storm of writes`;
    },
  };
}
