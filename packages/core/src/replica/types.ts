import type { MemberBody, MemberId } from '../membership/types.ts';
import type { OwnershipView, RecordId, SignedEntry, ViewChange } from '../ownership/types.ts';
import type { RegisterBook } from '../register/types.ts';
import type { Refusal } from '../result.ts';

/**
 * One entry at its place in a publisher's log. A log has no holes: clocks count from 0.
 * The same entry may stand at several places: published again by others, or after a restored snapshot.
 */
export interface Place {
  /** Who published: `clientIdOf(member, store id)`, 53 bits. */
  readonly client: number;
  readonly clock: number;
  /** Entry id. */
  readonly id: RecordId;
  readonly entry: SignedEntry;
}

/** An update of the plain replica: objects, never encoded. */
export interface PlainUpdate {
  readonly places: readonly Place[];
}

/** A vector of the plain replica: for each client the first clock that is missing. */
export interface PlainVector {
  readonly next: ReadonlyMap<number, number>;
}

/**
 * Entries on their way between replicas, in the replica's own encoding: bytes (Yjs update V1) from the Yjs
 * replica, plain objects in simulations. A replica refuses the other kind. Shells use `bytesOf`.
 */
export type Update = Uint8Array | PlainUpdate;

/** What a peer has, in the replica's own encoding: bytes (a Yjs state vector), or a plain object. */
export type Vector = Uint8Array | PlainVector;

/** What became of an update. */
export interface Received {
  /** Entries that were new here, in the order in which they were applied. */
  readonly added: readonly SignedEntry[];
  /** What they did to the view, in the order in which it happened. */
  readonly change: ViewChange;
  /**
   * What to store and pass on: the accepted part of the update, or undefined when nothing was new. It can
   * be there with nothing `added`: known entries at new places, which must be stored all the same.
   */
  readonly update: Update | undefined;
  /**
   * Why something was left out. `invalid`: hostile or damaged, refused whole, nothing changed.
   * `gap`: a publisher's earlier entries are missing here, its part waits for anti-entropy.
   * `taken`: another entry already holds a place (its publisher was restored from a snapshot); what fits
   * was accepted. Both `gap` and `taken`: `taken` is told. The cure is the same: compare hashes with the sender.
   */
  readonly refused?: Refusal<'gap' | 'taken' | 'invalid'>;
}

/** What a peer lacks, or as much of it as goes into one update. */
export interface Portion {
  readonly update: Update;
  readonly more: boolean;
}

/**
 * A container of the grow-only set of entries, and the view over it. Join is set union.
 * Two implementations agree entry for entry: `PlainReplica` for simulation and `YjsReplica` for the wire.
 *
 * Publishing: `prepare` or `republish`, make the update durable, then `receive` it, in the order in which
 * they were prepared. Places are reserved at once, so several may be under way, each following the one before.
 * When storing fails: store the same update again (the same entries asked for again give the same update), or,
 * with no other under way, `abandon`. Should `receive` answer `taken`, what did not get in is prepared anew.
 */
export interface Replica {
  readonly view: OwnershipView;
  /** Latest announcement of each member. */
  readonly members: ReadonlyMap<MemberId, MemberBody>;
  /** What the proofs in the set say about registers. */
  readonly registers: RegisterBook;
  /** Number of distinct entries (by entry id). */
  readonly size: number;
  has(id: RecordId): boolean;
  get(id: RecordId): SignedEntry | undefined;
  /**
   * The update that publishes these entries under our own client, without applying it. Entries already in
   * the set are left out; undefined when none is left. What exceeds one update's bounds is left out too:
   * after `receive`, call again until undefined.
   */
  prepare(entries: readonly SignedEntry[]): Update | undefined;
  /**
   * Like `prepare`, for entries in the set that a peer with an equal vector lacks: gives them a new place under
   * our own client. Leaves out unknown ids and what was published again already since this replica was
   * made (unless our own log turned out to have been rolled back), so rounds with many peers cost one copy.
   */
  republish(ids: Iterable<RecordId>): Update | undefined;
  /** Gives back the places of everything prepared and not received: only when none of it was stored. */
  abandon(): void;
  /** The gate, then set union. Hostile input changes nothing. */
  receive(update: Update): Received;
  /** Hash of the set of entry ids, hex, kept incrementally: equal sets, equal hash, whoever published. */
  hash(): string;
  vector(): Vector;
  /** What a peer with this vector lacks, at most `maxBytes` at once; undefined when nothing or when the vector is malformed. */
  diff(vector: Vector, maxBytes?: number): Update | undefined;
  /** As `diff`, with whether that peer will lack more once it has the update. */
  portion(vector: Vector, maxBytes?: number): Portion | undefined;
  /** True when a peer with this vector has entries that we lack; false when the vector is malformed. */
  lacks(vector: Vector): boolean;
  /**
   * For the rare case of equal vectors and different hashes: where do two sets differ? Equal for equal sets of entry ids
   * that begin with these hex digits, '' where there are none. Compare 16 slices, then those of one that differs.
   */
  sliceHash(prefix: string): string;
  /** All entry ids, sorted, or those that begin with these hex digits: costs what it returns. */
  ids(prefix?: string): readonly RecordId[];
}
