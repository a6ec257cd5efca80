/** Who owns each block, or gives it, counted. */
import type { Estate, Holding, OutboxEntry } from '../../estate/types.ts';
import type { RecordBody } from '../../ownership/types.ts';
import type { Cluster } from '../cluster.ts';
import type { SimNode } from '../node.ts';
import { changedHoldings, newEntries } from './blockCoverage.ts';

/** Whose register says so. */
type Owner = Pick<SimNode, 'cluster' | 'member'>;

/**
 * Counts owners and deliverable grants of each block. A grant is deliverable while it stands in its
 * donor's outbox and the receiver has not accepted its counter.
 */
export class OwnerCounts {
  private readonly counts: number[] = [];
  private readonly touched = new Set<number>();
  private readonly inbox = new Map<string, Map<string, number>>();
  /** What liars struck from their outboxes in this write, though nobody had accepted it. */
  private readonly dropped: OutboxEntry['record'][] = [];
  /** What was on its way to members that were given up. */
  private readonly shutOut: OutboxEntry[] = [];

  /** A register changed: says which block has not exactly one owner now. */
  changed(node: SimNode, before: Estate | undefined, after: Estate): string | undefined {
    const { gone, come } = changedHoldings(before, after);
    for (const { pool, prefix } of gone) this.change(node, pool, prefix, -1);
    for (const { pool, prefix } of come) this.change(node, pool, prefix, 1);
    this.accepted(node, before, after);
    const { givenUp } = node.cluster;
    const isCensus = givenUp.isCensus(before, after);
    const left = givenUp.leftTo(before, after);
    this.shutOut.push(...left.filter((entry) => this.isWaiting(node.member, entry)));
    for (const entry of newEntries(after, before)) {
      if (!left.includes(entry)) this.changeGrant(node, entry, -1);
    }
    for (const entry of newEntries(before, after)) this.changeGrant(node, entry, 1);
    if (isCensus) this.census(node, come);
    return this.verdict(node.cluster);
  }

  private change({ cluster, member }: Owner, pool: string, prefix: string, by: number): void {
    const { from, to } = cluster.space.range(pool, prefix);
    for (let block = from; block < to; block += 1) {
      if (cluster.givenUp.has(member, block)) continue;
      this.counts[block] = (this.counts[block] ?? 0) + by;
      this.touched.add(block);
    }
  }

  private changeGrant(node: SimNode, { to, counter, record }: OutboxEntry, by: number): void {
    if ((this.inbox.get(to)?.get(node.member) ?? 0) >= counter) {
      // A lie took the number of this grant: nobody will ever take it, and that is the liar's own loss.
      if (by > 0 && node.cluster.liars.has(node.member)) taint(node.cluster, record);
      return;
    }
    this.change(node, record.body.pool, record.body.prefix, by);
    // It took what it gave twice and got back the other way for a sign that all arrived: it loses the rest itself.
    if (by < 0 && node.cluster.liars.has(node.member)) this.dropped.push(record);
  }

  private accepted(node: SimNode, before: Estate | undefined, after: Estate): void {
    if (before?.in === after.in) return;
    const known = this.inbox.get(node.member) ?? new Map<string, number>();
    this.inbox.set(node.member, known);
    for (const [from, counter] of Object.entries(after.in)) {
      const last = known.get(from) ?? 0;
      if (counter === last) continue;
      for (const giver of node.cluster.registers.of(from)) {
        for (const entry of giver.outbox) {
          if (entry.to !== node.member || entry.counter <= last || entry.counter > counter)
            continue;
          // A lie may have come under this number: then nobody will ever take the true grant.
          if (node.cluster.liars.has(from)) taint(node.cluster, entry.record);
          const { pool, prefix } = entry.record.body;
          this.change({ cluster: node.cluster, member: from }, pool, prefix, -1);
        }
      }
      known.set(from, counter);
    }
  }

  private isWaiting(from: string, { to, counter }: OutboxEntry): boolean {
    return (this.inbox.get(to)?.get(from) ?? 0) < counter;
  }

  /** What a census gives to others counts there, and with the member that was given up no more. */
  private census({ cluster }: SimNode, come: readonly Holding[]): void {
    const { givenUp, registers } = cluster;
    const taken = new Set(givenUp.blocksOf(come).filter((block) => (this.counts[block] ?? 0) > 1));
    for (const member of taken.size > 0 ? givenUp.members : []) {
      for (const { holdings, outbox } of registers.of(member)) {
        const waiting = outbox.filter((entry) => this.isWaiting(member, entry));
        const theirs = this.shutOut.filter(({ to }) => to === member);
        const pieces = [...holdings, ...[...waiting, ...theirs].map(bodyOf)];
        for (const block of givenUp.blocksOf(pieces)) {
          if (!taken.has(block) || givenUp.has(member, block)) continue;
          givenUp.take(member, block);
          this.counts[block] = (this.counts[block] ?? 0) - 1;
        }
      }
    }
  }

  private verdict(cluster: Cluster): string | undefined {
    // The founders' estates come one by one; from the first write on, everything is owned.
    if (cluster.steps === 0) return undefined;
    for (const record of this.dropped.splice(0))
      taint(cluster, record, (block) => this.counts[block] === 0);
    for (const block of this.touched) {
      if (this.counts[block] === 1 || cluster.tainted.has(block)) continue;
      this.touched.clear();
      return `${cluster.space.prefixOf(block)} has ${this.counts[block]} owners and deliverable grants: ${holdersOf(cluster, block)}`;
    }
    this.touched.clear();
    return undefined;
  }
}

function bodyOf({ record }: OutboxEntry): RecordBody {
  return record.body;
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
