/** S4: every live address lies in a block that its node has committed, durably. */
import type { SimNode } from '../node.ts';
import type { Checker } from '../types.ts';
import { changedHoldings } from './blockCoverage.ts';

/** Keeps committed blocks and live addresses of each node. */
export function liveCommitted(): Checker {
  const nodes = new Map<SimNode, { committed: Set<number>; live: Map<number, number> }>();
  const stateOf = (node: SimNode) => {
    let state = nodes.get(node);
    if (state === undefined) {
      state = { committed: new Set(), live: new Map() };
      nodes.set(node, state);
    }
    return state;
  };
  return {
    invariant: 'S4',
    says: 'every live address lies in a block committed by its node',
    claimed(node, address) {
      const { committed, live } = stateOf(node);
      const block = address >> 8;
      live.set(block, (live.get(block) ?? 0) + 1);
      if (committed.has(block)) return undefined;
      return `${node.name} has ${node.cluster.space.textOf(address)} on a container, and its block is not committed there`;
    },
    freed(node, address) {
      const { live } = stateOf(node);
      const block = address >> 8;
      live.set(block, (live.get(block) ?? 0) - 1);
    },
    register(node, before, after) {
      const { committed, live } = stateOf(node);
      const { space } = node.cluster;
      const { gone, come } = changedHoldings(before, after);
      for (const { pool, prefix, use } of gone) {
        if (use === 'committed') committed.delete(space.range(pool, prefix).from);
      }
      for (const { pool, prefix, use } of come) {
        if (use === 'committed') committed.add(space.range(pool, prefix).from);
      }
      for (const { pool, prefix, use } of gone) {
        const block = space.range(pool, prefix).from;
        if (use !== 'committed' || committed.has(block) || !live.get(block)) continue;
        return `${node.name} gave up ${prefix} with ${live.get(block)} live addresses in it`;
      }
      return undefined;
    },
  };
}
