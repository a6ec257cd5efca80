/** S1: no address is live on two nodes. */
import { wasGivenUp } from '../limits.ts';
import type { SimNode } from '../node.ts';
import type { Checker } from '../types.ts';

/**
 * Remembers which nodes have each live address. That two copies of one machine have the same, or that a machine which
 * was given up while it lived has what others own by now, are documented limits: counted, and no violations, for this
 * address on these two machines. What such a machine gives out after it can know is not excused: see `afterTheEnd`.
 */
export function liveOnce(): Checker {
  const live = new Map<number, readonly SimNode[]>();
  return {
    invariant: 'S1',
    says: 'no address is live on two nodes',
    claimed(node, address) {
      const others = live.get(address) ?? [];
      live.set(address, [...others, node]);
      if (others.length === 0 || node.cluster.tainted.has(address >> 8)) return undefined;
      for (const other of others) {
        const problem = judged(node, other, address);
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
    freed(node, address) {
      const left = (live.get(address) ?? []).filter((each) => each !== node);
      if (left.length > 0) live.set(address, left);
      else live.delete(address);
    },
  };
}

function judged(node: SimNode, other: SimNode, address: number): string | undefined {
  const { cluster, member, name } = node;
  const text = cluster.space.textOf(address);
  if (other === node) return `${name} gives ${text} to two containers`;
  const what = `${text} is live on ${other.name} and on ${name}`;
  const isLimit =
    other.member === member || [member, other.member].some((each) => wasGivenUp(cluster, each));
  if (!isLimit) return what;
  cluster.excuse('S1', what);
  return undefined;
}
