// What stands between an entry and the CRDT: who published it, and where. The publisher signs the place, so
// nobody can publish in another's name, and the client id is a hash of the publisher's, so nobody
// can sit on another's places either (a collision takes 2^53 tries, and costs one round of repair).
import { decode, encode } from 'cborg';
import {
  concat,
  digestLength,
  equalBytes,
  type Signer,
  sha256Bytes,
  signatureLength,
  utf8,
  type Verify,
} from '../crypto/index.ts';
import type { MemberId, NetworkId } from '../membership/types.ts';
import { maxEntryBytes, type RecordId } from '../ownership/index.ts';
import type { Place } from './types.ts';

const clientTag = 'hedgerow/client/1';
const signingTag = utf8('hedgerow/envelope-signature/1\n');
const publisherShape = /^[!-~]{1,128}$/;
const storeShape = /^[!-~]{1,64}$/;

/** An encoded entry with its publisher. */
export interface Envelope {
  readonly publisher: MemberId;
  /** Random, made together with the publisher's database; 1 to 64 printable characters. */
  readonly storeId: string;
  /** The publisher's, over `envelopeSigningBytes`. */
  readonly signature: Uint8Array;
  /** `encodeEntry(entry)` */
  readonly payload: Uint8Array;
}

/**
 * The Yjs client id of a member on one store: the first 53 bits of a hash. It outlives restarts and ends with
 * the database, so a new database never meets the places that the lost one had used.
 */
export function clientIdOf(member: MemberId, storeId: string): number {
  const hash = sha256Bytes(encode([clientTag, member, storeId]));
  const view = new DataView(hash.buffer, hash.byteOffset);
  return view.getUint32(0) * 2 ** 21 + (view.getUint32(4) >>> 11);
}

/**
 * The key of a place in the root map. The entry id makes it content-addressed; client and clock make it
 * unique, for a second value under one key would delete the first one, and deletions cannot be healed.
 */
export function keyOf({ id, client, clock }: Omit<Place, 'entry'>): string {
  return `${id}/${client.toString(36)}/${clock.toString(36)}`;
}

/** The entry id in a key. */
export function idOfKey(key: string): RecordId {
  return key.slice(0, 2 * digestLength);
}

/** What a publisher signs: the entry's bytes at this place, in this network. */
export function envelopeSigningBytes(
  network: NetworkId,
  client: number,
  clock: number,
  key: string,
  payload: Uint8Array,
): Uint8Array {
  return concat(signingTag, encode([network, client, clock, key, sha256Bytes(payload)]));
}

/** Puts an encoded entry into an envelope for one place. Returns the value that belongs under its key. */
export function sealEnvelope(
  network: NetworkId,
  signer: Signer,
  storeId: string,
  place: { readonly id: RecordId; readonly client: number; readonly clock: number },
  payload: Uint8Array,
): Uint8Array {
  const { client, clock } = place;
  const bytes = envelopeSigningBytes(network, client, clock, keyOf(place), payload);
  return encode([signer.member, storeId, signer.sign(bytes), payload]);
}

/** The envelope in these bytes if they are its one canonical encoding (CBOR, RFC 8949 4.2.1), else undefined. */
export function decodeEnvelope(value: Uint8Array): Envelope | undefined {
  let fields: unknown;
  try {
    fields = decode(value, { strict: true, allowIndefinite: false });
  } catch {
    return undefined;
  }
  if (!Array.isArray(fields) || fields.length !== 4) return undefined;
  const [publisher, storeId, signature, payload] = fields as readonly unknown[];
  if (typeof publisher !== 'string' || !publisherShape.test(publisher)) return undefined;
  if (typeof storeId !== 'string' || !storeShape.test(storeId)) return undefined;
  if (!(signature instanceof Uint8Array) || signature.length !== signatureLength) return undefined;
  if (!(payload instanceof Uint8Array) || payload.length > maxEntryBytes) return undefined;
  if (!equalBytes(encode([publisher, storeId, signature, payload]), value)) return undefined;
  return { publisher, storeId, signature, payload };
}

/** True when the envelope's publisher owns this client id and signed this place. */
export function verifyEnvelope(
  network: NetworkId,
  place: { readonly client: number; readonly clock: number; readonly key: string },
  envelope: Envelope,
  verify: Verify,
): boolean {
  const { publisher, storeId, signature, payload } = envelope;
  if (clientIdOf(publisher, storeId) !== place.client) return false;
  const bytes = envelopeSigningBytes(network, place.client, place.clock, place.key, payload);
  return verify(publisher, bytes, signature);
}
