/** S4: every live address lies in a block that its node's member has committed, durably. */
import { wasGivenUp } from '../limits.ts';
import type { SimNode } from '../node.ts';
import type { Checker } from '../types.ts';
import { changedHoldings } from './blockCoverage.ts';

interface Blocks {
  /** How often each is committed: twice only where a register was copied. */
  readonly committed: Map<number, number>;
  /** Live addresses by block. */
  readonly live: Map<number, number>;
}

/**
 * Keeps committed blocks and live addresses of each member. While a copy of a machine runs, one of the two may give up
 * what is live on the other, and who was given up while it lived has nothing left: documented limits, counted, and no
 * violations.
 */
export function liveCommitted(): Checker {
  const members = new Map<string, Blocks>();
  const blocksOf = ({ member }: SimNode): Blocks => {
    let blocks = members.get(member);
    if (blocks === undefined) {
      blocks = { committed: new Map(), live: new Map() };
      members.set(member, blocks);
    }
    return blocks;
  };
  const add = (counts: Map<number, number>, block: number, by: number): void => {
    counts.set(block, (counts.get(block) ?? 0) + by);
  };
  return {
    invariant: 'S4',
    says: 'every live address lies in a block committed by its node',
    claimed(node, address) {
      const { committed, live } = blocksOf(node);
      const block = address >> 8;
      add(live, block, 1);
      if (committed.get(block)) return undefined;
      const what = `${node.name} has ${node.cluster.space.textOf(address)} on a container, and its block is not committed there`;
      return judged(node, what);
    },
    freed(node, address) {
      add(blocksOf(node).live, address >> 8, -1);
    },
    register(node, before, after) {
      const { committed, live } = blocksOf(node);
      const { space } = node.cluster;
      const { gone, come } = changedHoldings(before, after);
      for (const { pool, prefix, use } of gone) {
        if (use === 'committed') add(committed, space.range(pool, prefix).from, -1);
      }
      for (const { pool, prefix, use } of come) {
        if (use === 'committed') add(committed, space.range(pool, prefix).from, 1);
      }
      for (const { pool, prefix, use } of gone) {
        const block = space.range(pool, prefix).from;
        if (use !== 'committed' || committed.get(block) || !live.get(block)) continue;
        const what = `${node.name} gave up ${prefix} with ${live.get(block)} live addresses in it`;
        const problem = judged(node, what);
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
  };
}

function judged(node: SimNode, what: string): string | undefined {
  const { cluster, member } = node;
  if (!wasGivenUp(cluster, member) && !isTwofold(node)) return what;
  cluster.excuse('S4', what);
  return undefined;
}

/** True while two machines act as this member, and after that until the one that is left has read what was decided. */
function isTwofold({ cluster, member }: SimNode): boolean {
  const nodes = cluster.nodesOf(member);
  const left = nodes.filter(({ isGone }) => !isGone);
  if (nodes.length === 1) return false;
  const [only] = left;
  const { state } = only ?? {};
  return left.length > 1 || state?.booted !== true || state.quarantined;
}
