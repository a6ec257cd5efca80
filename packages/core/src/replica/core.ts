// What both replicas are: a set of entries, a log of places for each publisher, and what we publish ourselves.
// It takes places that passed a gate and knows no encoding. Clock continuity is decided here and only here.
import type { Digest } from '../crypto/index.ts';
import type { RecordId, SignedEntry, ViewChange } from '../ownership/index.ts';
import { type Refusal, refuse } from '../result.ts';
import type { Ledger } from './ledger.ts';
import { Log } from './log.ts';
import { Outgoing, type Packer } from './outgoing.ts';
import { EntrySet } from './set.ts';
import type { Place, Update } from './types.ts';

/** What became of places. */
export interface Accepted {
  /** The places that were new, in order: entries new or known. */
  readonly places: readonly Place[];
  readonly added: readonly SignedEntry[];
  readonly change: ViewChange;
  readonly refused?: Refusal<'gap' | 'taken'>;
}

/** What a restart reads. */
export interface Stored {
  readonly set: EntrySet;
  readonly log: Log;
}

/** The state of a replica. */
export class ReplicaCore {
  readonly set: EntrySet;
  readonly log: Log;
  readonly outgoing: Outgoing;
  readonly #packer: Packer;
  /** Published again by us and, as far as we know, at places that hold. */
  readonly #again: Set<RecordId>;

  constructor(packer: Packer, { set, log }: Stored, from?: ReplicaCore) {
    this.#packer = packer;
    this.set = set;
    this.log = log;
    this.outgoing =
      from === undefined ? new Outgoing(packer, log) : Outgoing.copy(from.outgoing, log);
    this.#again = new Set(from === undefined ? [] : from.#again);
  }

  /** One without entries; `ledger` is empty and belongs to it. */
  static empty(packer: Packer, ledger: Ledger, digest?: Digest): ReplicaCore {
    return new ReplicaCore(packer, { set: new EntrySet(ledger, digest), log: new Log() });
  }

  /** An independent copy; `ledger` is new and gets all entries. */
  copy(ledger: Ledger): ReplicaCore {
    const stored = { set: EntrySet.copy(this.set, ledger), log: Log.copy(this.log) };
    return new ReplicaCore(this.#packer, stored, this);
  }

  /** What it has now, without its ledger, which goes on changing. O(members and publishers). */
  stored(): Stored {
    return { set: EntrySet.sharing(this.set, this.set.ledger), log: Log.copy(this.log) };
  }

  /** What a restart makes of this: nothing is under way. `ledger` has its entries. */
  reopened({ set, log }: Stored, ledger: Ledger): ReplicaCore {
    const stored = { set: EntrySet.sharing(set, ledger), log: Log.copy(log) };
    return new ReplicaCore(this.#packer, stored);
  }

  prepare(entries: readonly SignedEntry[]): Update | undefined {
    const fresh = new Map<RecordId, SignedEntry>();
    for (const entry of entries) {
      const id = this.#packer.idOf(entry);
      if (!this.set.has(id)) fresh.set(id, entry);
    }
    return this.outgoing.prepare(fresh);
  }

  republish(ids: Iterable<RecordId>): Update | undefined {
    const lost = new Map<RecordId, SignedEntry>();
    for (const id of ids) {
      const entry = this.set.get(id);
      if (entry !== undefined && !this.#again.has(id)) lost.set(id, entry);
    }
    return this.outgoing.prepare(lost);
  }

  /**
   * Takes what follows in its publisher's log. A place that does not follow ('gap') or whose
   * place has another entry ('taken') is left out, and the others are not harmed. `own`: prepared here.
   */
  accept(places: readonly Place[], own: boolean): Accepted {
    const fresh: Place[] = [];
    const added: SignedEntry[] = [];
    const change = { changed: [], disputes: [] } as {
      [K in keyof ViewChange]: ViewChange[K][number][];
    };
    const left = { gap: 0, taken: 0 };
    for (const place of places) {
      const kept = this.#packer.keep(place);
      const offer = this.log.offer(kept);
      if (offer === 'gap' || offer === 'taken') left[offer] += 1;
      this.#watchOwn(place, offer, own);
      if (offer !== 'new') continue;
      fresh.push(place);
      const effect = this.set.add(kept, place.entry);
      if (effect === undefined) continue;
      added.push(place.entry);
      change.changed.push(...effect.changed);
      change.disputes.push(...effect.disputes);
    }
    if (fresh.length > 0) this.outgoing.settle();
    const refused = refusal(left.gap, left.taken);
    return { places: fresh, added, change, ...(refused && { refused }) };
  }

  /**
   * Our own client in what others send, new or contradicting, proves that our log was rolled back: then what was
   * published again may stand at places that others know otherwise, and may be published once more.
   */
  #watchOwn(place: Place, offer: string, own: boolean): void {
    if (place.client !== this.#packer.client || offer === 'known' || offer === 'gap') return;
    if (!own || offer === 'taken') this.#again.clear();
    else if (this.set.has(place.id)) this.#again.add(place.id);
  }
}

function refusal(gap: number, taken: number): Refusal<'gap' | 'taken'> | undefined {
  if (taken > 0) {
    return refuse(
      'taken',
      `${taken} places hold other entries here: their publisher was restored from an old state. What fitted was accepted; comparing hashes with the sender brings the rest.`,
    ).error;
  }
  if (gap > 0) {
    return refuse(
      'gap',
      `${gap} entries wait for earlier ones of their publishers, which did not arrive yet. What fitted was accepted; comparing hashes with the sender brings the rest.`,
    ).error;
  }
  return undefined;
}
