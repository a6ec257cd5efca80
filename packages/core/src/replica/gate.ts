// The gate: what a stranger's bytes must be before any of it gets near Yjs, the set or the view.
// It looks at bytes only. What a replica happens to know (members, lineage, revocations) decides nothing here:
// else two replicas could refuse different things, and would differ for ever.
import type { Verify } from '../crypto/index.ts';
import type { NetworkId } from '../membership/types.ts';
import {
  decodeEntry,
  entryId,
  type RecordId,
  type SignedEntry,
  verifyEntry,
} from '../ownership/index.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { decodeEnvelope, idOfKey, keyOf, verifyEnvelope } from './envelope.ts';
import type { Place } from './types.ts';
import { decodeUpdate, type Struct } from './wire.ts';

/** What the gate of one network checks with. */
export interface GateRules {
  readonly network: NetworkId;
  readonly verify: Verify;
}

type Refused = Refusal<'invalid'>;

/** All places of an update, in its order, when bounds, structure and every signature are right; else nothing. */
export function openUpdate(
  update: Uint8Array,
  rules: GateRules,
): Result<readonly Place[], Refused> {
  const structs = decodeUpdate(update);
  return structs.ok ? openStructs(structs.value, rules) : structs;
}

/** As `openUpdate`, of what `decodeUpdate` gave. */
export function openStructs(
  structs: readonly Struct[],
  rules: GateRules,
): Result<readonly Place[], Refused> {
  const places: Place[] = [];
  for (const struct of structs) {
    const place = openStruct(struct, rules);
    if (!place.ok) return place;
    places.push(place.value);
  }
  return ok(places);
}

/** The place in a struct of our own database: its signatures were checked before it was stored. */
export function openTrusted({ client, clock, key, value }: Struct): Result<Place, Refused> {
  const envelope = decodeEnvelope(value);
  if (envelope === undefined) return invalid(key, 'has a malformed envelope');
  const entry = decodeEntry(envelope.payload);
  if (!entry.ok) return invalid(key, `cannot be read: ${entry.error.message}`);
  const place: Place = { client, clock, id: idOfKey(key), entry: entry.value };
  return keyOf(place) === key ? ok(place) : invalid(key, 'has a key that is not its own');
}

/** The id of an entry that belongs to this network and that its writer signed. */
export function checkSigned(entry: SignedEntry, rules: GateRules): Result<RecordId, Refused> {
  const id = entryId(entry);
  if (entry.body.network !== rules.network) return invalid(id, 'is of another network');
  if (!verifyEntry(entry, rules.verify)) return invalid(id, 'is not signed by its writer');
  return ok(id);
}

function openStruct(struct: Struct, rules: GateRules): Result<Place, Refused> {
  const { client, clock, key, value } = struct;
  const envelope = decodeEnvelope(value);
  if (envelope === undefined) return invalid(key, 'has a malformed envelope');
  if (!verifyEnvelope(rules.network, struct, envelope, rules.verify)) {
    return invalid(key, 'is not at this place by its publisher, or is of another network');
  }
  const entry = decodeEntry(envelope.payload);
  if (!entry.ok) return invalid(key, `cannot be read: ${entry.error.message}`);
  const id = checkSigned(entry.value, rules);
  if (!id.ok) return id;
  const place: Place = { client, clock, id: id.value, entry: entry.value };
  return keyOf(place) === key ? ok(place) : invalid(key, 'has a key that is not its own');
}

function invalid(name: string, what: string): { readonly ok: false; readonly error: Refused } {
  return refuse(
    'invalid',
    `the entry ${idOfKey(name)} ${what}. The whole update was refused and changed nothing; the peer that sent it is broken or hostile.`,
  );
}
