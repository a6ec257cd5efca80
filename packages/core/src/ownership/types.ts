import type { Cidr } from '../address/types.ts';
import type { MemberBody, MemberId, NetworkId } from '../membership/types.ts';

/** Hash of a record's canonical body, 64 hex digits (SHA-256). */
export type RecordId = string;

/** What a record does. The writer of a grant is the owner of its predecessors. */
export type RecordKind = 'genesis' | 'grant' | 'reclaim' | 'take-back' | 'coalesce' | 'pool';

/**
 * "From `version` on, `owner` has the addresses of `prefix`". Immutable, content-addressed.
 * `version` is the highest version among the predecessors plus one; a genesis record has version 1.
 */
export interface RecordBody {
  readonly network: NetworkId;
  readonly pool: string;
  readonly prefix: Cidr;
  readonly version: number;
  readonly owner: MemberId;
  /** Ids of the records under which the writer owned these addresses: 1 to 16, sorted, no repeats; none for roots. */
  readonly predecessors: readonly RecordId[];
  readonly kind: RecordKind;
}

/** A record with what lies beside its body: who wrote it, and that writer's Ed25519 signature. */
export interface SignedRecord {
  readonly type: 'ownership';
  readonly body: RecordBody;
  readonly writer: MemberId;
  readonly signature: Uint8Array;
  /** Guardians' votes over the body, for kinds that the owner did not sign. Verified by later rules. */
  readonly certificate?: Uint8Array;
}

/** A member's word about itself, in the same replicated set. */
export interface SignedMember {
  readonly type: 'member';
  readonly body: MemberBody;
  readonly writer: MemberId;
  readonly signature: Uint8Array;
}

/**
 * What a register decided, as proof for anybody: a Stop (who keeps it from the next epoch on), or a seal (its
 * owner is gone). The certificate says it all; see `Certificate` in `register`.
 */
export interface RegisterBody {
  readonly network: NetworkId;
  readonly owner: MemberId;
  /** CBOR of a `Certificate`. */
  readonly certificate: Uint8Array;
}

/** A proof about a register, with whoever published it. Its id is the hash of the body alone. */
export interface SignedRegister {
  readonly type: 'register';
  readonly body: RegisterBody;
  readonly writer: MemberId;
  readonly signature: Uint8Array;
}

/** Anything that the replicated set may contain. */
export type SignedEntry = SignedRecord | SignedMember | SignedRegister;

/** Where a record stands in the view. */
export type RecordStatus =
  /** in force for the addresses that no later record covers */
  | 'active'
  /** a predecessor, or a valid signature of their owner (or certificate), is not known yet */
  | 'pending'
  /** the rule is broken: wrong version, uncovered prefix, predecessors of several owners or void */
  | 'void'
  /** active once, now covered everywhere by higher versions */
  | 'dominated';

/** Who owns a prefix now: one maximal CIDR piece of the partition of a pool. */
export interface Ownership {
  readonly pool: string;
  readonly prefix: Cidr;
  readonly version: number;
  readonly owner: MemberId;
  readonly record: RecordId;
  /** Two active records consume one predecessor here; see `disputes()`. */
  readonly disputed: boolean;
}

/** Proof of equivocation: two records that give away the same addresses out of one predecessor. */
export interface Dispute {
  readonly pool: string;
  /** The addresses both claim. */
  readonly prefix: Cidr;
  readonly records: readonly [RecordId, RecordId];
  /** Who signed both. */
  readonly signer: MemberId;
}

/** What one more record did to the view. */
export interface ViewChange {
  /** Pieces whose owner, version or dispute changed, as they are now. */
  readonly changed: readonly Ownership[];
  readonly disputes: readonly Dispute[];
}

/**
 * The ownership map: a pure function of the set of records, kept incrementally.
 * It is information (routes, donors, pictures). A member never believes it about itself.
 */
export interface OwnershipView {
  /** Adds a record whose signature was verified. Costs what it touches, never the whole set. */
  add(record: SignedRecord): ViewChange;
  /**
   * What `add` would make of this record, without adding it. `disputed`: it would be active and equivocate
   * with a record that is known. A record that is already in the set answers for itself.
   */
  assess(record: SignedRecord): 'active' | 'pending' | 'void' | 'disputed';
  /** The piece that contains this prefix or address (`a.b.c.d/32`), or undefined. O(prefix length). */
  lookup(pool: string, prefix: Cidr): Ownership | undefined;
  /** All pieces of an owner, in address order. */
  ownedBy(owner: MemberId): Iterable<Ownership>;
  /** All pieces of a pool in address order: the partition. */
  pieces(pool: string): Iterable<Ownership>;
  /** Owners with the number of addresses each has in a pool. */
  shares(pool: string): ReadonlyMap<MemberId, bigint>;
  status(id: RecordId): RecordStatus | undefined;
  /** How a record that is not void came about; undefined for one that is not known. */
  kindOf(id: RecordId): RecordKind | undefined;
  /** True when a pending record is known on the same word as this one has: to add it again changes nothing. */
  isVouched(record: SignedRecord): boolean;
  /** Looks again at records whose certificate could not be believed yet: more is known of guardians now. */
  recheck(): ViewChange;
  disputes(): readonly Dispute[];
  /** Pools as roots of lineage declare them. */
  readonly pools: readonly string[];
  /** Canonical bytes of the whole view: equal sets of records give equal bytes, whatever the order. */
  canonicalBytes(): Uint8Array;
}
