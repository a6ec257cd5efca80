// Entries as bytes: CBOR (RFC 8949), one map an entry, keys named as in the types. Decoding is strict and
// bounded and never throws. Ids and signatures do not depend on these bytes, only on the fields.
import { type DecodeOptions, decode, encode } from 'cborg';
import { type Refusal, type Result, refuse } from '../result.ts';
import { checkEntry } from './entryShape.ts';
import type { SignedEntry } from './types.ts';

/** Most bytes of one entry: room for a full certificate, and for any announcement. */
export const maxEntryBytes: number = 32 * 1024;

/** How bytes of others are decoded: one way to write each value, and none that we do not use. */
export const strictCbor: DecodeOptions = {
  strict: true,
  rejectDuplicateMapKeys: true,
  allowIndefinite: false,
  allowUndefined: false,
  allowBigInt: false,
  allowInfinity: false,
  allowNaN: false,
};

/** The bytes of an entry. Equal entries have equal bytes. */
export function encodeEntry(entry: SignedEntry): Uint8Array {
  return encode(entry, { ignoreUndefinedProperties: true });
}

/** The entry in these bytes. Whether its signature is true is `verifyEntry`'s question. */
export function decodeEntry(bytes: unknown): Result<SignedEntry, Refusal<'malformed-entry'>> {
  if (!(bytes instanceof Uint8Array)) return refuse('malformed-entry', 'an entry is not bytes');
  if (bytes.length > maxEntryBytes) {
    return refuse(
      'malformed-entry',
      `an entry of ${bytes.length} bytes is over the limit of ${maxEntryBytes}`,
    );
  }
  let plain: unknown;
  try {
    plain = decode(bytes, strictCbor);
  } catch (error) {
    return refuse('malformed-entry', `an entry is not CBOR: ${(error as Error).message}`);
  }
  return checkEntry(plain);
}
