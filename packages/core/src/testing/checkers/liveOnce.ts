/** S1: no address is live on two nodes. */
import type { Checker } from '../types.ts';

/** Remembers which node has each live address. */
export function liveOnce(): Checker {
  const live = new Map<number, { readonly name: string; count: number }>();
  return {
    invariant: 'S1',
    says: 'no address is live on two nodes',
    claimed(node, address) {
      const other = live.get(address);
      if (other !== undefined) {
        if (node.cluster.tainted.has(address >> 8)) return undefined;
        return `${node.cluster.space.textOf(address)} is live on ${other.name} and on ${node.name}`;
      }
      live.set(address, { name: node.name, count: 1 });
      return undefined;
    },
    freed(node, address) {
      if (live.get(address)?.name === node.name) live.delete(address);
    },
  };
}
