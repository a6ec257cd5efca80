/** S3: for every address, owners plus deliverable grants are exactly one. No leak, no duplicate. */
import type { Estate, OutboxEntry } from '../../estate/types.ts';
import type { Cluster } from '../cluster.ts';
import type { SimNode } from '../node.ts';
import type { Checker } from '../types.ts';
import { changedHoldings, newEntries } from './blockCoverage.ts';

/**
 * Counts owners and deliverable grants of each block. A grant is deliverable while it stands in its
 * donor's outbox and the receiver has not accepted its counter.
 */
export function ownedOnce(): Checker {
  const counts: number[] = [];
  const touched = new Set<number>();
  const inbox = new Map<string, Map<string, number>>();
  /** What liars struck from their outboxes in this write, though nobody had accepted it. */
  const dropped: OutboxEntry['record'][] = [];

  function change(cluster: Cluster, pool: string, prefix: string, by: number): void {
    const { from, to } = cluster.space.range(pool, prefix);
    for (let block = from; block < to; block += 1) {
      counts[block] = (counts[block] ?? 0) + by;
      touched.add(block);
    }
  }

  function changeGrant(node: SimNode, { to, counter, record }: OutboxEntry, by: number): void {
    if ((inbox.get(to)?.get(node.member) ?? 0) >= counter) {
      // A lie took the number of this grant: nobody will ever take it, and that is the liar's own loss.
      if (by > 0 && node.cluster.liars.has(node.member)) taint(node.cluster, record);
      return;
    }
    change(node.cluster, record.body.pool, record.body.prefix, by);
    // It took what it gave twice and got back the other way for a sign that all arrived: it loses the rest itself.
    if (by < 0 && node.cluster.liars.has(node.member)) dropped.push(record);
  }

  function accepted(node: SimNode, before: Estate | undefined, after: Estate): void {
    if (before?.in === after.in) return;
    const known = inbox.get(node.member) ?? new Map<string, number>();
    inbox.set(node.member, known);
    for (const [from, counter] of Object.entries(after.in)) {
      const last = known.get(from) ?? 0;
      if (counter === last) continue;
      for (const giver of node.cluster.registers.of(from)) {
        for (const entry of giver.outbox) {
          if (entry.to !== node.member || entry.counter <= last || entry.counter > counter)
            continue;
          // A lie may have come under this number: then nobody will ever take the true grant.
          if (node.cluster.liars.has(from)) taint(node.cluster, entry.record);
          change(node.cluster, entry.record.body.pool, entry.record.body.prefix, -1);
        }
      }
      known.set(from, counter);
    }
  }

  function verdict(cluster: Cluster): string | undefined {
    // The founders' estates come one by one; from the first write on, everything is owned.
    if (cluster.steps === 0) return undefined;
    for (const record of dropped.splice(0)) taint(cluster, record, (block) => counts[block] === 0);
    for (const block of touched) {
      if (counts[block] === 1 || cluster.tainted.has(block)) continue;
      touched.clear();
      return `${cluster.space.prefixOf(block)} has ${counts[block]} owners and deliverable grants: ${holdersOf(cluster, block)}`;
    }
    touched.clear();
    return undefined;
  }

  return {
    invariant: 'S3',
    says: 'for every address, owners plus deliverable grants are exactly one',
    register(node, before, after) {
      const { gone, come } = changedHoldings(before, after);
      for (const { pool, prefix } of gone) change(node.cluster, pool, prefix, -1);
      for (const { pool, prefix } of come) change(node.cluster, pool, prefix, 1);
      accepted(node, before, after);
      for (const entry of newEntries(after, before)) changeGrant(node, entry, -1);
      for (const entry of newEntries(before, after)) changeGrant(node, entry, 1);
      return verdict(node.cluster);
    },
  };
}

function taint(
  { space, tainted }: Cluster,
  { body }: OutboxEntry['record'],
  isLost: (block: number) => boolean = () => true,
): void {
  const { from, to } = space.range(body.pool, body.prefix);
  for (let block = from; block < to; block += 1) if (isLost(block)) tainted.add(block);
}

function holdersOf(cluster: Cluster, block: number): string {
  const holders: string[] = [];
  for (const { member, holdings, outbox } of cluster.registers.all()) {
    for (const { pool, prefix, use } of holdings) {
      const range = cluster.space.range(pool, prefix);
      if (block >= range.from && block < range.to) holders.push(`${member} holds ${prefix} ${use}`);
    }
    for (const { to, counter, record } of outbox) {
      const range = cluster.space.range(record.body.pool, record.body.prefix);
      if (block < range.from || block >= range.to) continue;
      holders.push(`${member} gives ${record.body.prefix} to ${to} (#${counter})`);
    }
  }
  return holders.join(', ') || 'nobody';
}
