// The replica for simulations: the same set, log and rules as the Yjs replica, over plain objects. Nothing is
// encoded and places are not signed, so it believes *who published*; entries are checked as everywhere.
import type { Digest, Verify } from '../crypto/index.ts';
import type { MemberId, NetworkId } from '../membership/types.ts';
import { checkEntry, type RecordId, type SignedEntry } from '../ownership/index.ts';
import { type Refusal, type Result, refuse } from '../result.ts';
import { ReplicaCore, type Stored } from './core.ts';
import { CoreReplica, receivedOf, refusedWhole } from './coreReplica.ts';
import { clientIdOf } from './envelope.ts';
import { checkSigned } from './gate.ts';
import type { Ledger } from './ledger.ts';
import { maxUpdateEntries } from './limits.ts';
import type { Packer } from './outgoing.ts';
import type { Place, PlainUpdate, PlainVector, Received, Update, Vector } from './types.ts';

/** Stands for the bytes of an entry in `diff`'s limit: about what the Yjs replica needs for a record. */
const nominalEntryBytes = 700;

/** Whether an entry may be in the set of a network, and its id. */
export type EntryCheck = (entry: SignedEntry) => Result<RecordId, Refusal>;

/** What a plain replica is made of. */
export interface PlainReplicaOptions {
  readonly network: NetworkId;
  readonly member: MemberId;
  readonly storeId: string;
  readonly verify: Verify;
  /** Empty; belongs to the replica from now on. */
  readonly ledger: Ledger;
  /** Of `createEntryCheck`, shared among the nodes of a simulation so that each entry is checked once. */
  readonly check?: EntryCheck;
  /** What sets are hashed with: SHA-256, or something faster where nobody looks for collisions. */
  readonly digest?: Digest;
}

/** A check that remembers its answers for as long as the entry objects live: entries are never mutated. */
export function createEntryCheck(network: NetworkId, verify: Verify): EntryCheck {
  const known = new WeakMap<SignedEntry, Result<RecordId, Refusal>>();
  return (entry) => {
    const before = known.get(entry);
    if (before !== undefined) return before;
    const shape = checkEntry(entry);
    const result = shape.ok ? checkSigned(entry, { network, verify }) : shape;
    if (typeof entry === 'object' && entry !== null) known.set(entry, result);
    return result;
  };
}

/** A replica over plain data. */
export function createPlainReplica(options: PlainReplicaOptions): PlainReplica {
  const check = options.check ?? createEntryCheck(options.network, options.verify);
  const client = clientIdOf(options.member, options.storeId);
  return new PlainReplica(
    ReplicaCore.empty(plainPacker(client, check), options.ledger, options.digest),
    check,
  );
}

/** What a plain replica had at some time. */
export interface PlainSnapshot {
  has(id: RecordId): boolean;
  /** @internal */
  readonly stored: Stored;
}

/** See `createPlainReplica`. */
export class PlainReplica extends CoreReplica {
  readonly #check: EntryCheck;

  /** @internal */
  constructor(core: ReplicaCore, check: EntryCheck) {
    super(core);
    this.#check = check;
  }

  /**
   * An independent replica in the same state, with what it has under way; for crashes, snapshots and clones. Places
   * and entries are shared with the original; `ledger` is new and gets all entries.
   */
  clone(ledger: Ledger): PlainReplica {
    return new PlainReplica(this.core.copy(ledger), this.#check);
  }

  /** What it has now, for `reopened`. O(members and publishers). */
  snapshot(): PlainSnapshot {
    const stored = this.core.stored();
    return { has: (id) => stored.set.has(id), stored };
  }

  /** What a restart would read from a disk with this snapshot of ours. `ledger` has its entries already. */
  reopened({ stored }: PlainSnapshot, ledger: Ledger): PlainReplica {
    return new PlainReplica(this.core.reopened(stored, ledger), this.#check);
  }

  receive(update: Update): Received {
    if (!isPlainUpdate(update)) return refusedWhole(otherKind());
    const own = this.core.outgoing.placesOf(update) !== undefined;
    const problem = own ? undefined : this.#problem(update.places);
    if (problem !== undefined) return refusedWhole(problem);
    const accepted = this.core.accept(update.places, own);
    if (accepted.places.length === 0) return receivedOf(accepted, undefined);
    const whole = accepted.places.length === update.places.length;
    return receivedOf(accepted, whole ? update : { places: accepted.places });
  }

  protected override sizeOf(): number {
    return nominalEntryBytes;
  }

  protected override write(places: readonly Place[]): PlainUpdate {
    return { places };
  }

  protected override writeVector(next: ReadonlyMap<number, number>): PlainVector {
    return { next };
  }

  protected override readVector(vector: Vector): ReadonlyMap<number, number> | undefined {
    return vector instanceof Uint8Array ? undefined : vector.next;
  }

  #problem(places: readonly Place[]): Refusal<'invalid'> | undefined {
    for (const { id, entry } of places) {
      const checked = this.#check(entry);
      if (!checked.ok) return { code: 'invalid', message: checked.error.message };
      if (checked.value !== id) return refuse('invalid', `entry ${id} has another id`).error;
    }
    return undefined;
  }
}

function isPlainUpdate(update: Update): update is PlainUpdate {
  return !(update instanceof Uint8Array);
}

function otherKind(): Refusal<'invalid'> {
  return refuse('invalid', 'an encoded update was given to a plain replica; use one kind only')
    .error;
}

function plainPacker(client: number, check: EntryCheck): Packer {
  return {
    client,
    keep: (place) => place,
    idOf: (entry) => {
      const checked = check(entry);
      if (checked.ok) return checked.value;
      throw new Error(`about to publish what everybody refuses: ${checked.error.message}`);
    },
    pack: (clock, entries) => {
      const places: Place[] = [];
      for (const [id, entry] of entries) {
        if (places.length === maxUpdateEntries) break;
        places.push({ client, clock: clock + places.length, id, entry });
      }
      return { update: { places }, places };
    },
  };
}
