// The replica for the wire: a Y.Doc carries the entries, write-once, and is never more than a container.
// Invariant: the doc's root map has exactly the places of the log, so its entries are exactly the set.
// Every byte reaches the doc through the gate and our own encoder; nobody else may write to the doc.
import { applyUpdate, Doc, type Map as YMap } from 'yjs';
import { equalBytes, type Signer, type Verify } from '../crypto/index.ts';
import type { NetworkId } from '../membership/types.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { ReplicaCore } from './core.ts';
import { CoreReplica, receivedOf, refusedWhole } from './coreReplica.ts';
import { valueUnder } from './docPlace.ts';
import { clientIdOf, idOfKey, keyOf } from './envelope.ts';
import { type GateRules, openStructs, openTrusted } from './gate.ts';
import type { Ledger } from './ledger.ts';
import { maxUpdateBytes, maxUpdateEntries } from './limits.ts';
import type { Place, Received, Update, Vector } from './types.ts';
import {
  decodeUpdate,
  decodeVector,
  encodeUpdate,
  encodeVector,
  rootName,
  type Struct,
} from './wire.ts';
import { structOverhead, yjsPacker } from './yjsPacker.ts';

/** What a Yjs replica is made of. */
export interface YjsReplicaOptions {
  readonly network: NetworkId;
  readonly signer: Signer;
  /** Random, made together with the database; 1 to 64 printable characters. */
  readonly storeId: string;
  readonly verify: Verify;
  /** Empty; belongs to the replica from now on. */
  readonly ledger: Ledger;
  /** Empty; for programs that want to watch it. The replica alone writes to it. */
  readonly doc?: Doc;
}

/** What `load` found. */
export interface Loaded {
  /** Places that are in the log now. */
  readonly places: number;
  /** What could not be used, in words: damaged updates, places without the ones before them. */
  readonly problems: readonly string[];
}

/** A replica whose updates are Yjs update V1 and whose vectors are Yjs state vectors. */
export function createYjsReplica(options: YjsReplicaOptions): YjsReplica {
  return new YjsReplica(options);
}

/** See `createYjsReplica`. */
export class YjsReplica extends CoreReplica {
  readonly doc: Doc;
  readonly #root: YMap<Uint8Array>;
  readonly #rules: GateRules;

  /** @internal */
  constructor(options: YjsReplicaOptions) {
    const { network, signer, storeId, verify, ledger } = options;
    const doc = options.doc ?? new Doc();
    if (doc.store.clients.size > 0) throw new Error('the doc of a new replica must be empty');
    // Not our client id: Yjs draws a new one and complains when updates bring entries of its own client, and
    // ours come in as updates, also those of an earlier life. Yjs itself never writes here.
    doc.clientID = 0;
    const root = doc.getMap<Uint8Array>(rootName);
    const client = clientIdOf(signer.member, storeId);
    const packer = yjsPacker({ network, signer, storeId, verify, client }, root);
    super(ReplicaCore.empty(packer, ledger));
    this.#rules = { network, verify };
    this.doc = doc;
    this.#root = root;
  }

  receive(update: Update): Received {
    if (!(update instanceof Uint8Array)) {
      return refusedWhole(refuse('invalid', 'a plain update was given to a Yjs replica').error);
    }
    const structs = decodeUpdate(update);
    if (!structs.ok) return refusedWhole(structs.error);
    const prepared = this.core.outgoing.placesOf(update);
    const places = prepared === undefined ? this.#open(structs.value) : ok(prepared);
    if (!places.ok) return refusedWhole(places.error);
    const accepted = this.core.accept(places.value, prepared !== undefined);
    if (accepted.places.length === 0) return receivedOf(accepted, undefined);
    const whole = accepted.places.length === structs.value.length;
    const bytes = whole ? update : encodeUpdate(structsAt(structs.value, accepted.places));
    applyUpdate(this.doc, bytes, this);
    return receivedOf(accepted, bytes);
  }

  /**
   * Takes what was stored: updates that `prepare`, `receive` or `snapshot` of this replica's earlier lives
   * gave, in any order. Decoded strictly, but signatures and ids are not computed again: they were
   * checked before they were stored, and whoever can change the database has the key beside it.
   */
  load(updates: Iterable<Uint8Array>): Loaded {
    const problems: string[] = [];
    const structs = structsOfAll(updates, problems);
    const opened: Place[] = [];
    for (const struct of structs) {
      const place = openTrusted(struct);
      if (place.ok) opened.push(place.value);
      else problems.push(place.error.message);
    }
    const accepted = this.core.accept(opened, false);
    if (accepted.refused !== undefined) problems.push(accepted.refused.message);
    const fresh = structsAt(structs, accepted.places);
    for (let at = 0; at < fresh.length; at += maxUpdateEntries) {
      applyUpdate(this.doc, encodeUpdate(fresh.slice(at, at + maxUpdateEntries)), this);
    }
    return { places: accepted.places.length, problems };
  }

  /** Everything, as updates within bounds: what a database may keep instead of all it stored before. */
  *snapshot(): Generator<Uint8Array> {
    const next = new Map<number, number>();
    for (;;) {
      const places = this.firstWithin(this.core.log.missing(next), maxUpdateBytes);
      if (places.length === 0) return;
      for (const { client, clock } of places) next.set(client, clock + 1);
      yield this.write(places);
    }
  }

  protected override sizeOf(place: Place): number {
    const key = keyOf(place);
    return structOverhead + key.length + valueUnder(this.#root, key).length;
  }

  protected override write(places: readonly Place[]): Uint8Array {
    return encodeUpdate(
      places.map((place) => {
        const { client, clock } = place;
        const key = keyOf(place);
        return { client, clock, key, value: valueUnder(this.#root, key) };
      }),
    );
  }

  protected override writeVector(next: ReadonlyMap<number, number>): Uint8Array {
    return encodeVector(next);
  }

  protected override readVector(vector: Vector): ReadonlyMap<number, number> | undefined {
    const next = vector instanceof Uint8Array ? decodeVector(vector) : undefined;
    return next?.ok ? next.value : undefined;
  }

  /** The gate, but for what is here byte for byte: gossip brings most things twice. */
  #open(structs: readonly Struct[]): Result<readonly Place[], Refusal<'invalid'>> {
    return openStructs(
      structs.filter((struct) => !this.#holds(struct)),
      this.#rules,
    );
  }

  #holds({ client, clock, key, value }: Struct): boolean {
    if (key !== keyOf({ id: idOfKey(key), client, clock })) return false;
    const held = this.#root.get(key);
    return held !== undefined && equalBytes(held, value);
  }
}

/** The structs at these places, in order. */
function structsAt(structs: readonly Struct[], places: readonly Place[]): Struct[] {
  const keys = new Set(places.map(keyOf));
  return structs.filter(({ key }) => keys.has(key));
}

/** All structs of stored updates, each place once, in the order of an update. */
function structsOfAll(updates: Iterable<Uint8Array>, problems: string[]): Struct[] {
  const found = new Map<string, Struct>();
  for (const update of updates) {
    const structs = decodeUpdate(update);
    if (!structs.ok) problems.push(structs.error.message);
    for (const struct of structs.ok ? structs.value : []) {
      const place = `${struct.client}/${struct.clock}`;
      if (!found.has(place)) found.set(place, struct);
    }
  }
  return [...found.values()].sort(
    (one, other) => other.client - one.client || one.clock - other.clock,
  );
}
