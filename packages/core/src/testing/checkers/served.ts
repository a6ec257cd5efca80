/** L2: a request for space succeeds if any reachable member has reserve. */
import { blockKey, demandOf } from '../../cluster/state/index.ts';
import { ofUse } from '../../estate/index.ts';
import type { Cluster } from '../cluster.ts';
import { hasNoGuardians, hasNoQuorum } from '../limits.ts';
import type { Checker } from '../types.ts';

/**
 * At the end every node was asked for a block; who still waits must be right to. Liars are left out: their
 * counters contradict those of others, who give them nothing and take nothing of them.
 */
export function served(): Checker {
  return {
    invariant: 'L2',
    says: 'a request for space succeeds if any reachable member has reserve',
    settled(cluster) {
      for (const node of cluster.nodes) {
        const { state } = node;
        if (state === undefined || state.quarantined || cluster.liars.has(node.member)) continue;
        if (state.isLeaving) continue;
        for (const pool of cluster.poolNames) {
          if (!demandOf(state, pool).wanted) continue;
          const donor = reserveSomewhere(cluster, pool);
          if (donor === undefined || hasNoQuorum(cluster, node.member)) continue;
          if (hasNoGuardians(cluster, node.member)) continue;
          return `${node.name} still waits for a block of ${pool}, and ${donor}`;
        }
      }
      return unopened(cluster);
    },
  };
}

/** A block that is committed and not open is of no use to anybody. */
function unopened(cluster: Cluster): string | undefined {
  for (const { name, member, state } of cluster.nodes) {
    if (state?.booted !== true || state.quarantined || state.isLeaving) continue;
    if (cluster.liars.has(member) || cluster.nodesOf(member).length > 1) continue;
    for (const { pool, prefix, use } of cluster.registers.of(member)[0]?.holdings ?? []) {
      if (use !== 'committed' || state.blocks.has(blockKey(pool, prefix))) continue;
      if (cluster.isTainted(pool, prefix) || hasNoQuorum(cluster, member)) continue;
      return `${prefix} of ${pool} is committed to ${name}, which does not open it`;
    }
  }
  return undefined;
}

function reserveSomewhere(cluster: Cluster, pool: string): string | undefined {
  for (const { name, member, state } of cluster.nodes) {
    if (state === undefined || state.quarantined || cluster.liars.has(member)) continue;
    if (state.isLeaving) continue;
    const reserve = cluster.registers
      .of(member)
      .flatMap(({ holdings }) => ofUse(holdings, pool, 'reserve'))
      .find(({ prefix }) => !cluster.isTainted(pool, prefix));
    if (reserve !== undefined && !hasNoQuorum(cluster, member))
      return `${name} has ${reserve.prefix} in reserve`;
  }
  return undefined;
}
