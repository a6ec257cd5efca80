import type { OwnershipView, SignedEntry } from '../ownership/types.ts';
import type { MemberBody, MemberId } from '../membership/types.ts';
import type { RecordId } from '../ownership/types.ts';

/** Entries on their way between replicas, in the replica's own encoding (Yjs update V1 for the Yjs replica). */
export type Update = Uint8Array;

/** What a peer has, in the replica's own encoding (a Yjs state vector). */
export type Vector = Uint8Array;

/** What became of an update. */
export interface Received {
  /** Entries that were new here, in the order in which they were applied. */
  readonly added: readonly SignedEntry[];
  /**
   * What to store and pass on: the accepted part of the update, or undefined when nothing was new.
   */
  readonly update: Update | undefined;
  /**
   * Set when the update was refused whole. `gap`: earlier entries of a publisher are missing, anti-entropy
   * will bring them. `taken`: another entry holds that place (a restored snapshot). Else: hostile bytes.
   */
  readonly refused?: { readonly code: 'gap' | 'taken' | 'invalid'; readonly message: string };
}

/**
 * A container of the grow-only set of entries, and the view over it. Join is set union.
 * Two implementations agree entry for entry: `PlainReplica` for simulation and `YjsReplica` for the wire.
 */
export interface Replica {
  readonly view: OwnershipView;
  /** Latest announcement of each member. */
  readonly members: ReadonlyMap<MemberId, MemberBody>;
  /** Number of distinct entries (by entry id). */
  readonly size: number;
  has(id: RecordId): boolean;
  get(id: RecordId): SignedEntry | undefined;
  /**
   * The update that publishes these entries under our own client, without applying it: the caller stores
   * it first, then calls `receive`. Entries already in the set are left out; undefined when none is left.
   */
  prepare(entries: readonly SignedEntry[]): Update | undefined;
  /** The gate, then set union. Hostile input changes nothing. */
  receive(update: Update): Received;
  /** SHA-256 over the sorted entry ids, hex, kept incrementally: equal sets, equal hash, whoever published. */
  hash(): string;
  vector(): Vector;
  /** What a peer with this vector lacks, at most `maxBytes` at once; undefined when nothing or when the vector is malformed. */
  diff(vector: Vector, maxBytes?: number): Update | undefined;
  /** True when a peer with this vector has entries that we lack; false when the vector is malformed. */
  lacks(vector: Vector): boolean;
  /** All entry ids, sorted: for the rare case of equal vectors and different hashes. */
  ids(): readonly RecordId[];
}
