/** L1: all views are identical within a bounded number of rounds, and right. */
import { covers, prefixOf } from '../../address/index.ts';
import type { Cluster } from '../cluster.ts';
import { hasNoGuardians, hasNoQuorum, hasShutOut } from '../limits.ts';
import type { Checker } from '../types.ts';

/** Looks once, when the cluster had its time to settle. */
export function convergence(): Checker {
  return {
    invariant: 'L1',
    says: 'all views are identical within a bounded number of rounds',
    settled: (cluster) => differentSets(cluster) ?? undelivered(cluster) ?? wrongView(cluster),
  };
}

function differentSets(cluster: Cluster): string | undefined {
  const sets = new Map<string, string[]>();
  for (const { replica, name } of cluster.nodes) {
    if (replica === undefined) continue;
    const key = `${replica.hash().slice(0, 8)} (${replica.size} entries)`;
    sets.set(key, [...(sets.get(key) ?? []), name]);
  }
  if (sets.size <= 1) return undefined;
  return `nodes have different sets: ${[...sets].map(([set, names]) => `${names.join(' ')}: ${set}`).join('; ')}`;
}

function undelivered(cluster: Cluster): string | undefined {
  for (const { member, outbox } of cluster.registers.all()) {
    const entry = outbox.find(
      ({ record, to }) =>
        !cluster.liars.has(to) &&
        !isQuarantined(cluster, to) &&
        !isLost(cluster, to) &&
        !cluster.isTainted(record.body.pool, record.body.prefix),
    );
    if (entry === undefined || cluster.liars.has(member) || isLost(cluster, member)) continue;
    if (isQuarantined(cluster, member)) continue;
    if (hasNoQuorum(cluster, member) || hasNoQuorum(cluster, entry.to)) continue;
    if (hasNoGuardians(cluster, entry.to)) continue;
    if (hasShutOut(cluster, entry.to, member)) continue;
    return `${member} still waits for ${entry.to} to acknowledge grant ${entry.counter} of ${entry.record.body.prefix}`;
  }
  return undefined;
}

/** A node whose run directory was wiped takes and settles nothing until it has rebooted. */
function isQuarantined(cluster: Cluster, member: string): boolean {
  return cluster.nodesOf(member).some(({ state }) => state?.quarantined === true);
}

/** A node with a damaged database never starts again. */
function isLost(cluster: Cluster, member: string): boolean {
  return cluster.nodesOf(member).every(({ isGone }) => isGone);
}

function wrongView(cluster: Cluster): string | undefined {
  const view = cluster.nodes.find((node) => node.replica !== undefined)?.replica?.view;
  for (const { member, holdings } of cluster.registers.all()) {
    for (const { pool, prefix } of holdings) {
      const piece = view?.lookup(pool, prefix);
      if (cluster.isTainted(pool, prefix)) continue;
      // A census took it: the register that still names it counts for nothing there.
      if (
        cluster.givenUp
          .blocksOf([{ pool, prefix }])
          .every((block) => cluster.givenUp.has(member, block))
      )
        continue;
      if (piece?.owner === member || isUntold(cluster, member, pool, prefix)) continue;
      if (hasNoQuorum(cluster, member)) continue;
      return `${member} holds ${prefix}, and the view says ${piece?.owner ?? 'several owners'}`;
    }
  }
  return undefined;
}

/**
 * It was accepted, and its new owner was lost or went into quarantine before it told: the giver tells, when that was
 * silent for long.
 */
function isUntold(cluster: Cluster, member: string, pool: string, prefix: string): boolean {
  if (!isLost(cluster, member) && !isQuarantined(cluster, member)) return false;
  return cluster.registers
    .all()
    .some(({ outbox }) =>
      outbox.some(
        ({ to, record: { body } }) =>
          to === member && body.pool === pool && covers(prefixOf(body.prefix), prefixOf(prefix)),
      ),
    );
}
