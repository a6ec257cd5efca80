/**
 * What a census takes from members that are gone. It changes hands without a grant: each that answers shuts the owner
 * out, so that what was on its way there is the owner's, and the heir takes all that the owner had. From then on the
 * owner's register counts for nothing there.
 */
import { overlaps, prefixOf } from '../address/index.ts';
import { isShut } from '../estate/index.ts';
import type { Estate, OutboxEntry } from '../estate/types.ts';
import { newEntries } from './checkers/blockCoverage.ts';
import type { Cluster } from './cluster.ts';

/** A piece of a register, as `changedHoldings` gives it. */
interface Piece {
  readonly pool: string;
  readonly prefix: string;
}

/** One for each cluster. */
export class GivenUp {
  /** Members of which an operator said so, with `--unsafe`. */
  readonly members: Set<string> = new Set();
  private readonly cluster: Cluster;
  private readonly taken = new Map<string, Set<number>>();

  constructor(cluster: Cluster) {
    this.cluster = cluster;
  }

  /** True where this block of a member that was given up is another one's by now. */
  has(member: string, block: number): boolean {
    return this.taken.get(member)?.has(block) === true;
  }

  /** Notes that a census took this block from that member. */
  take(member: string, block: number): void {
    const blocks = this.taken.get(member) ?? new Set();
    this.taken.set(member, blocks.add(block));
  }

  /** True for a change of a register by a census: it inherits from a member that was given up, or shuts it out. */
  isCensus(before: Estate | undefined, after: Estate): boolean {
    if (before === undefined) return false;
    return [...this.members].some((member) => {
      // From when it is shut out nothing but an inheritance comes from it.
      if (!isShut(before, member)) return isShut(after, member);
      return (after.in[member] ?? 0) > (before.in[member] ?? 0);
    });
  }

  /**
   * What leaves an outbox in this change and is the receiver's: a census shut it out here, or took all that it has
   * before somebody settled the register of a giver that is gone.
   */
  leftTo(before: Estate | undefined, after: Estate): readonly OutboxEntry[] {
    if (before === undefined || this.members.size === 0) return [];
    return newEntries(after, before).filter((entry) => {
      if (isShut(after, entry.to) && !isShut(before, entry.to)) return true;
      return this.isOverridden(entry.to) && !isBack(after, entry);
    });
  }

  /** True when an authority has signed away what this member had, and somebody who runs knows it. */
  private isOverridden(member: string): boolean {
    const { nodes } = this.cluster;
    return nodes.some(({ replica }) => replica?.registers.isOverridden(member) === true);
  }

  /** Blocks of these pieces. */
  blocksOf(pieces: readonly Piece[]): readonly number[] {
    return pieces.flatMap(({ pool, prefix }) => {
      const { from, to } = this.cluster.space.range(pool, prefix);
      return Array.from({ length: to - from }, (_, at) => from + at);
    });
  }
}

/** True when what was given is the giver's again, or on its way to somebody else. */
function isBack({ holdings, outbox }: Estate, { record: { body } }: OutboxEntry): boolean {
  const given = prefixOf(body.prefix);
  const pieces = [...holdings, ...outbox.map(({ record }) => record.body)];
  return pieces.some(({ pool, prefix }) => pool === body.pool && overlaps(prefixOf(prefix), given));
}
