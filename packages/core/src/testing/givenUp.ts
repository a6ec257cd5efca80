/**
 * What a census takes from members that are gone. It changes hands without a grant: each that answers shuts the owner
 * out, so that what was on its way there is the owner's, and the heir takes all that the owner had. From then on the
 * owner's register counts for nothing there.
 */
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

  /** What this change of a register says is its own no more, and the shut member's: it was on its way there. */
  leftTo(before: Estate, after: Estate): readonly OutboxEntry[] {
    const wasShut = ({ to }: OutboxEntry): boolean => isShut(after, to) && !isShut(before, to);
    return newEntries(after, before).filter(wasShut);
  }

  /** Blocks of these pieces. */
  blocksOf(pieces: readonly Piece[]): readonly number[] {
    return pieces.flatMap(({ pool, prefix }) => {
      const { from, to } = this.cluster.space.range(pool, prefix);
      return Array.from({ length: to - from }, (_, at) => from + at);
    });
  }
}
