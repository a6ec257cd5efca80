/** L3: a dead member's reserve comes back; after `forget`, all of it. */
import type { OutboxEntry } from '../../estate/types.ts';
import type { Cluster } from '../cluster.ts';
import { followsUntold, hasNoGuardians, hasNoQuorum, hearsTooFew } from '../limits.ts';
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
        if (!cluster.nodesOf(node.member).every(({ isGone }) => isGone)) continue;
        const problem = leftWith(cluster, node);
        if (problem !== undefined && !hasNoQuorum(cluster, node.member)) return problem;
      }
      return undefined;
    },
  };
}

function leftWith(cluster: Cluster, { member, name }: SimNode): string | undefined {
  // Whoever is in quarantine takes nothing and does nothing for others.
  const living = cluster.nodes.filter(({ state }) => state !== undefined && !state.quarantined);
  const guardians = new Set(
    cluster.registers.setsOf(member).flatMap((set) => set.members.map((each) => each.member)),
  );
  if (!living.some((node) => guardians.has(node.member))) return undefined;
  const isEnded = living.some((node) => isForgottenBy(node, member));
  // Who cannot write its own register takes nothing over; only guardians know of a silence.
  const heirs = living.filter((node) => isEnded || guardians.has(node.member));
  if (heirs.every((node) => takesNothing(cluster, node.member))) return undefined;
  const mostMs = Math.max(...living.map(({ state }) => delays * (state?.tuning.reclaimMs ?? 0)));
  const isDue = cluster.nowMs - (cluster.healedAtMs ?? cluster.nowMs) >= mostMs;
  if (!isEnded && !isDue) return undefined;
  for (const { holdings, outbox } of cluster.registers.of(member)) {
    const left = holdings.find(({ use, pool, prefix }) => {
      if (cluster.isTainted(pool, prefix)) return false;
      return isEnded || use === 'reserve';
    });
    if (left !== undefined && (isEnded || !hearsTooFew(cluster))) {
      return `${name} is gone${isEnded ? ' and forgotten' : ''} and still owns ${left.prefix} (${left.use})`;
    }
    const onItsWay = outbox.filter((each) => !isStuck(cluster, outbox, each));
    const entry = onItsWay.find(({ to }) => living.some((node) => node.member === to));
    if (entry !== undefined && isDue && !takesNothing(cluster, entry.to)) {
      return `${name} is gone, and ${entry.record.body.prefix} is still on its way from it to ${entry.to}`;
    }
    // A recipient that nobody forgot may come back and take it; until then it is the recipient's.
    const lost = onItsWay.find(({ to }) => living.some((node) => isForgottenBy(node, to)));
    // How far it had accepted is known to its guardians only.
    if (isEnded && isDue && lost !== undefined && !hasNoQuorum(cluster, lost.to)) {
      return `${name} is forgotten, and ${lost.record.body.prefix} is still on its way from it to ${lost.to}`;
    }
  }
  return undefined;
}

/** True for a member that cannot take anything until an operator gives somebody up. */
function takesNothing(cluster: Cluster, member: string): boolean {
  return hasNoQuorum(cluster, member) || hasNoGuardians(cluster, member);
}

function isForgottenBy({ replica }: SimNode, member: string): boolean {
  return replica?.registers.isGone(member) === true;
}

/**
 * A disputed grant is not taken, nor one of what was given and not told before, nor any that follows to the same
 * member: grants are taken in order.
 */
function isStuck(cluster: Cluster, outbox: readonly OutboxEntry[], entry: OutboxEntry): boolean {
  const before = outbox.filter(({ to, counter }) => to === entry.to && counter <= entry.counter);
  return before.some(
    ({ record: { body } }) =>
      cluster.isTainted(body.pool, body.prefix) || followsUntold(cluster, body),
  );
}
