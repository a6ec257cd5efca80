/** L3: a dead member's reserve comes back; after `forget`, all of it. */
import type { Cluster } from '../cluster.ts';
import type { SimNode } from '../node.ts';
import type { Checker } from '../types.ts';

/** Reclaim delays after which the reserve of the dead must be back. */
const delays = 3;

/** Looks at the end at the registers of machines that are gone, where the rest had peace for long enough. */
export function reclaimed(): Checker {
  return {
    invariant: 'L3',
    says: "a dead member's reserve comes back; after forget, all of it",
    settled(cluster) {
      for (const node of cluster.nodes) {
        if (!node.isGone) continue;
        const problem = leftWith(cluster, node);
        if (problem !== undefined) return problem;
      }
      return undefined;
    },
  };
}

function leftWith(cluster: Cluster, { member, name }: SimNode): string | undefined {
  const living = cluster.nodes.flatMap((node) => (node.state === undefined ? [] : [node]));
  const isEnded = living.some(({ replica }) => replica?.registers.isGone(member));
  const mostMs = Math.max(...living.map(({ state }) => delays * (state?.tuning.reclaimMs ?? 0)));
  const isDue = cluster.nowMs - (cluster.healedAtMs ?? cluster.nowMs) >= mostMs;
  if (!isEnded && !isDue) return undefined;
  if (cluster.registers.setsOf(member).length === 0) return undefined;
  for (const { holdings, outbox } of cluster.registers.of(member)) {
    const left = holdings.find(({ use, pool, prefix }) => {
      if (cluster.isTainted(pool, prefix)) return false;
      return isEnded || use === 'reserve';
    });
    if (left !== undefined) {
      return `${name} is gone${isEnded ? ' and forgotten' : ''} and still owns ${left.prefix} (${left.use})`;
    }
    const [entry] = outbox.filter(({ to }) => living.some((node) => node.member === to));
    if (entry !== undefined && isDue) {
      return `${name} is gone, and ${entry.record.body.prefix} is still on its way from it to ${entry.to}`;
    }
    if (isEnded && isDue && outbox[0] !== undefined) {
      return `${name} is forgotten, and ${outbox[0].record.body.prefix} is still on its way from it to ${outbox[0].to}`;
    }
  }
  return undefined;
}
