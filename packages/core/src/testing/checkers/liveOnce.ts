/** S1: no address is live on two nodes. */
import { wasGivenUp } from '../limits.ts';
import type { SimNode } from '../node.ts';
import type { Checker } from '../types.ts';

/**
 * Remembers which node has each live address. That two copies of one machine have the same, or that a machine which
 * was given up while it lived has what others own by now, are documented limits: counted, and no violations.
 */
export function liveOnce(): Checker {
  const live = new Map<number, { readonly node: SimNode }>();
  return {
    invariant: 'S1',
    says: 'no address is live on two nodes',
    claimed(node, address) {
      const other = live.get(address);
      if (other !== undefined) {
        const { cluster, member, name } = node;
        if (cluster.tainted.has(address >> 8)) return undefined;
        const what = `${cluster.space.textOf(address)} is live on ${other.node.name} and on ${name}`;
        if (other.node === node)
          return `${name} gives ${cluster.space.textOf(address)} to two containers`;
        const isExcused = [member, other.node.member].some((each) => wasGivenUp(cluster, each));
        if (other.node.member !== member && !isExcused) return what;
        cluster.excuse('S1', address >> 8, what);
        return undefined;
      }
      live.set(address, { node });
      return undefined;
    },
    freed(node, address) {
      if (live.get(address)?.node === node) live.delete(address);
    },
  };
}
