// CIDR prefixes: text, order, bounds. Every Prefix made here has its host bits clear.

import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { bitsOf, compareAddress, formatAddress, readAddress } from './address.ts';
import { explainAddress, quote } from './explain.ts';
import type { Address, Cidr, Prefix } from './types.ts';

/** Codes of `parsePrefix`: malformed text, or host bits that are set. */
export type PrefixRefusal = Refusal<'bad-prefix' | 'host-bits'>;

/**
 * Reads `ADDRESS/LENGTH` with the spellings of `parseAddress`. Host bits must be clear: `10.0.0.5/24` is
 * refused with code `host-bits`, and the message names the prefix that was probably meant.
 */
export function parsePrefix(text: string): Result<Prefix, PrefixRefusal> {
  const slash = text.indexOf('/');
  if (slash < 0)
    return refuse('bad-prefix', `${quote(text)} has no prefix length, as in 10.0.0.0/24`);
  const address = readAddress(text, slash);
  if (!address) return refuse('bad-prefix', explainAddress(text.slice(0, slash)));
  const length = readLength(text, slash + 1);
  const bits = bitsOf(address.family);
  if (length === undefined || length > bits) {
    const problem = `has no valid prefix length after "/": write a number from 0 to ${bits}`;
    return refuse('bad-prefix', `${quote(text)} ${problem}, without leading zeros`);
  }
  const prefix = enclosingPrefix(address, length);
  if (prefix.value === address.value) return ok(prefix);
  const meant = `write ${formatPrefix(prefix)} for the prefix, ${formatAddress(address)}/${bits} for the address`;
  return refuse('host-bits', `${quote(text)} has bits set beyond its first ${length}: ${meant}`);
}

/** A decimal number of at most three digits without leading zeros, to the end of the text. */
function readLength(text: string, from: number): number | undefined {
  const digits = text.length - from;
  if (digits < 1 || digits > 3) return undefined;
  let value = 0;
  for (let at = from; at < text.length; at++) {
    const digit = text.charCodeAt(at) - 48;
    if (digit < 0 || digit > 9 || (value === 0 && at > from)) return undefined;
    value = value * 10 + digit;
  }
  return value;
}

/**
 * Like `parsePrefix`, but only the one canonical text (lower case, RFC 5952) passes: what records and
 * messages must contain, so that equal prefixes are equal bytes.
 */
export function parseCidr(text: Cidr): Result<Prefix, PrefixRefusal> {
  const parsed = parsePrefix(text);
  // An accepted IPv4 text is canonical already.
  if (!parsed.ok || parsed.value.family === 4) return parsed;
  const canonical = formatPrefix(parsed.value);
  if (canonical === text) return parsed;
  return refuse('bad-prefix', `${quote(text)} is not in canonical form; write ${canonical}`);
}

const maxRead = 8192;
/** Estates and records are texts that are read again and again. */
const read = new Map<Cidr, Prefix>();

/** The prefix of a text that was checked before. Throws on anything that is not canonical. */
export function prefixOf(cidr: Cidr): Prefix {
  const known = read.get(cidr);
  if (known !== undefined) return known;
  const parsed = parseCidr(cidr);
  if (parsed.ok) {
    if (read.size >= maxRead) read.clear();
    read.set(cidr, parsed.value);
    return parsed.value;
  }
  throw new Error(`${parsed.error.code}: ${parsed.error.message}`);
}

/** Canonical text, `10.0.0.0/24` or `fd00::/64`. */
export function formatPrefix(prefix: Prefix): Cidr {
  return `${formatAddress(prefix)}/${prefix.length}`;
}

/** The prefix of this length that contains the address. Lengths are clamped to 0 and the family's bits. */
export function enclosingPrefix(address: Address, length: number): Prefix {
  const { family, value } = address;
  const bits = bitsOf(family);
  const clamped = Math.min(Math.max(length, 0), bits);
  const host = BigInt(bits - clamped);
  return { family, value: (value >> host) << host, length: clamped };
}

/** Total order: family, value, length (the larger prefix before those inside it). */
export function comparePrefix(a: Prefix, b: Prefix): number {
  return compareAddress(a, b) || a.length - b.length;
}

/** Number of addresses. */
export function sizeOf(prefix: Prefix): bigint {
  return 1n << BigInt(bitsOf(prefix.family) - prefix.length);
}

/** Number of addresses, at most `Number.MAX_SAFE_INTEGER`. */
export function sizeNumber(prefix: Prefix): number {
  const hostBits = bitsOf(prefix.family) - prefix.length;
  return hostBits < 53 ? 2 ** hostBits : Number.MAX_SAFE_INTEGER;
}

/** The address with all bits past the length clear: the prefix itself as an address. */
export function firstAddress(prefix: Prefix): Address {
  return { family: prefix.family, value: prefix.value };
}

/** The address with all bits past the length set. */
export function lastAddress(prefix: Prefix): Address {
  return { family: prefix.family, value: prefix.value + sizeOf(prefix) - 1n };
}

/** The address `offset` places after the first, or undefined outside the prefix. */
export function addressAt(prefix: Prefix, offset: number | bigint): Address | undefined {
  if (typeof offset === 'number' && !Number.isSafeInteger(offset)) return undefined;
  const places = BigInt(offset);
  if (places < 0n || places >= sizeOf(prefix)) return undefined;
  return { family: prefix.family, value: prefix.value + places };
}

/** How many places after the first an address stands, or undefined outside the prefix. */
export function offsetOf(prefix: Prefix, address: Address): bigint | undefined {
  if (prefix.family !== address.family) return undefined;
  const places = address.value - prefix.value;
  return places >= 0n && places < sizeOf(prefix) ? places : undefined;
}
