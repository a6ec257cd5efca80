import type { Cidr } from '../address/types.ts';
import type { MemberId } from '../membership/types.ts';
import type { RecordId, SignedRecord } from '../ownership/types.ts';

/**
 * - `reserve`: owned, unused, at hand to commit or to give away.
 * - `committed`: one block whose addresses this node may put on interfaces.
 * - `resting`: reclaimed after a `forget`; neither committed nor granted until its rest ends.
 */
export type Use = 'reserve' | 'committed' | 'resting';

/** One CIDR piece of what a member owns. */
export interface Holding {
  readonly pool: string;
  readonly prefix: Cidr;
  readonly version: number;
  /** The record that gave it. Pieces of one record share its id and version. */
  readonly record: RecordId;
  readonly use: Use;
}

/** A grant that left our holdings and is not acknowledged yet. Resent until it is. */
export interface OutboxEntry {
  readonly to: MemberId;
  /** Counter of grants from us to `to`, from 1 without gaps. */
  readonly counter: number;
  readonly record: SignedRecord;
  /** The addresses may still be in use where they come from: they arrive resting. */
  readonly rest?: true;
}

/** A store that keeps registers of others: a member whose database is new is a new guardian. */
export interface Guardian {
  readonly member: MemberId;
  readonly store: string;
}

/** The guardians that keep a register: members with the store that each had when it was seeded. */
export interface GuardianSet {
  readonly epoch: number;
  /** Empty means self. */
  readonly members: readonly Guardian[];
}

/**
 * All that one member owns. Value of its register: every change is one compare-and-set,
 * durable before anything that follows from it is sent or used. Plain data, never mutated.
 *
 * Invariant: holdings are disjoint, in address order per pool, and a committed holding is exactly one block.
 */
export interface Estate {
  readonly member: MemberId;
  readonly holdings: readonly Holding[];
  /** Last counter of a grant given to each member. */
  readonly out: Readonly<Record<MemberId, number>>;
  /** Last counter of a grant accepted from each member. */
  readonly in: Readonly<Record<MemberId, number>>;
  readonly outbox: readonly OutboxEntry[];
  readonly guardians: GuardianSet;
  /** Fresh at each start of the owner's agent; a foreign one here is a clone (R5). */
  readonly bootNonce: string;
  /** Set for ever by a `forget`: no holdings, `in` frozen, only the outbox still empties. */
  readonly sealed?: true;
  /** Members that an operator gave up by a census, sorted: nothing is taken from them or given to them, ever. */
  readonly shut?: readonly MemberId[];
  /**
   * Records that this register put in force and that may not be in the replicated set yet: whoever reads
   * them here publishes them. Absent when there are none.
   */
  readonly unpublished?: readonly SignedRecord[];
}
