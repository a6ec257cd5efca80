// The grow-only set of entries: join is union, nothing ever leaves. What is derived from it (hash,
// members, view, registers) depends only on which entries it has, never on who published them or in what order.
import { type Digest, toHex } from '../crypto/index.ts';
import type { MemberBody, MemberId } from '../membership/types.ts';
import { memberEntryId } from '../ownership/record.ts';
import type { RecordId, SignedEntry, ViewChange } from '../ownership/types.ts';
import { enter, type Ledger } from './ledger.ts';
import {
  emptyTrie,
  type Trie,
  trieAdd,
  trieEntries,
  trieGet,
  trieHash,
  trieSliceHash,
} from './trie.ts';
import type { Place } from './types.ts';

/** Verified entries by entry id, with the ledger over the records and proofs among them. */
export class EntrySet {
  readonly ledger: Ledger;
  readonly #members = new Map<MemberId, MemberBody>();
  /** Each entry at one of its places: the first that came. */
  #trie: Trie<Place> = emptyTrie();
  #size = 0;
  /** Asked for far more often than it changes. */
  #hash: string | undefined;
  #ids: readonly RecordId[] | undefined;
  readonly #digest: Digest | undefined;

  /** `ledger` must be empty, as the set is: it belongs to this set from now on. */
  constructor(ledger: Ledger, digest?: Digest) {
    this.ledger = ledger;
    this.#digest = digest;
  }

  /** A set with the same entries. `ledger` gets all of them, so this costs what it costs to fill one. */
  static copy(other: EntrySet, ledger: Ledger): EntrySet {
    for (const entry of other.entries()) enter(ledger, entry);
    return EntrySet.sharing(other, ledger);
  }

  /** A set with the same entries, that `ledger` has already. O(members). */
  static sharing(other: EntrySet, ledger: Ledger): EntrySet {
    const set = new EntrySet(ledger, other.#digest);
    for (const [member, body] of other.#members) set.#members.set(member, body);
    set.#trie = other.#trie;
    set.#size = other.#size;
    set.#hash = other.#hash;
    return set;
  }

  get members(): ReadonlyMap<MemberId, MemberBody> {
    return this.#members;
  }

  get size(): number {
    return this.#size;
  }

  has(id: RecordId): boolean {
    return trieGet(this.#trie, id) !== undefined;
  }

  get(id: RecordId): SignedEntry | undefined {
    return trieGet(this.#trie, id)?.entry;
  }

  /**
   * Adds the verified entry at a place. Undefined when it was there; else what it did to the view. The place
   * is kept and asked for its entry later, the entry itself is not.
   */
  add(place: Place, entry: SignedEntry): ViewChange | undefined {
    const { id } = place;
    if (this.has(id)) return undefined;
    this.#trie = trieAdd(this.#trie, id, place);
    this.#size += 1;
    this.#hash = undefined;
    this.#ids = undefined;
    if (entry.type === 'member') this.#announce(id, entry.body);
    return enter(this.ledger, entry);
  }

  /** Hash of the set of entry ids, 64 hex digits. Costs a path of hashes for what came since the last call. */
  hash(): string {
    this.#hash ??= toHex(trieHash(this.#trie, this.#digest));
    return this.#hash;
  }

  /** See `trieSliceHash`. */
  sliceHash(prefix: string): string {
    return trieSliceHash(this.#trie, prefix, this.#digest);
  }

  /** Entry ids that begin with `prefix`, in order. */
  ids(prefix: string): readonly RecordId[] {
    if (prefix !== '') return this.#idsUnder(prefix);
    this.#ids ??= this.#idsUnder('');
    return this.#ids;
  }

  #idsUnder(prefix: string): readonly RecordId[] {
    return Array.from(trieEntries(this.#trie, prefix), ([id]) => id);
  }

  /** All entries in the order of ids. */
  *entries(): Generator<SignedEntry> {
    for (const [, place] of trieEntries(this.#trie)) yield place.entry;
  }

  /** The highest sequence wins. Two with one sequence mean a restored member: the lower id wins everywhere. */
  #announce(id: RecordId, body: MemberBody): void {
    const known = this.#members.get(body.member);
    if (known !== undefined && known.sequence > body.sequence) return;
    if (known?.sequence === body.sequence && memberEntryId(known) < id) return;
    this.#members.set(body.member, body);
  }
}
