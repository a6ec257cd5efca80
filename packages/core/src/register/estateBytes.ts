/**
 * The bytes of an estate that its digest is the hash of: CBOR with sorted keys, exactly as `encode` of cborg
 * writes them. Guardians and owner work them out at every write, and most holdings of an estate are those of
 * the version before: each holding is encoded once.
 */
import { encode } from 'cborg';
import type { Estate, Holding } from '../estate/types.ts';

const estateTag: Uint8Array = encode('hedgerow/estate/1');

/** Major types of CBOR (RFC 8949, section 3.1), in the upper three bits. */
const arrayType = 0x80;
const mapType = 0xa0;

/** Holdings are never changed. */
const known = new WeakMap<Holding, Uint8Array>();

/** CBOR of the tag of estates and this estate, as one array. */
export function estateBytes(estate: Estate): Uint8Array {
  const keys = Object.keys(estate).sort(compareKeys) as (keyof Estate)[];
  const parts = [headOf(arrayType, 2), estateTag, headOf(mapType, keys.length)];
  for (const key of keys) {
    parts.push(encode(key));
    if (key === 'holdings') addHoldings(parts, estate.holdings);
    else parts.push(encode(estate[key]));
  }
  return joined(parts);
}

/** Shorter keys first (RFC 8949, section 4.2.3): all of them are ASCII. */
function compareKeys(one: string, other: string): number {
  if (one.length !== other.length) return one.length - other.length;
  return one < other ? -1 : 1;
}

function addHoldings(parts: Uint8Array[], holdings: readonly Holding[]): void {
  parts.push(headOf(arrayType, holdings.length));
  for (const holding of holdings) {
    let bytes = known.get(holding);
    if (bytes === undefined) {
      bytes = encode(holding);
      known.set(holding, bytes);
    }
    parts.push(bytes);
  }
}

/** The head of an array or map: that of the same number, under another major type. */
function headOf(type: number, count: number): Uint8Array {
  const head = encode(count);
  head[0] = type | (head[0] as number);
  return head;
}

/** One array of all parts: there may be more of them than a call takes arguments. */
function joined(parts: readonly Uint8Array[]): Uint8Array {
  const whole = new Uint8Array(parts.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}
