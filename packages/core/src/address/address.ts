// Single addresses: text, order. Total on any text: a refusal says what is wrong and what to write.

import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { explainAddress } from './explain.ts';
import { readIpv4, writeIpv4 } from './ipv4.ts';
import { readIpv6, writeIpv6 } from './ipv6.ts';
import type { Address, AddressText, Family } from './types.ts';

/** Bits of an address: 32 or 128. */
export function bitsOf(family: Family): 32 | 128 {
  return family === 4 ? 32 : 128;
}

/**
 * Reads one address: a strict dotted quad (no leading zeros), or any RFC 4291 form of IPv6 without zone id.
 * Refuses everything else with code `bad-address`.
 */
export function parseAddress(text: string): Result<Address, Refusal<'bad-address'>> {
  const address = readAddress(text, text.length);
  return address ? ok(address) : refuse('bad-address', explainAddress(text));
}

/** The address that `text[0, to)` is, or undefined. */
export function readAddress(text: string, to: number): Address | undefined {
  const ipv4 = readIpv4(text, 0, to);
  if (ipv4 !== undefined) return { family: 4, value: BigInt(ipv4) };
  const ipv6 = readIpv6(text, to);
  return ipv6 === undefined ? undefined : { family: 6, value: ipv6 };
}

/** Canonical text: dotted quad, or RFC 5952. */
export function formatAddress(address: Address): AddressText {
  return address.family === 4 ? writeIpv4(Number(address.value)) : writeIpv6(address.value);
}

/** Total order: family, then value. Negative, zero or positive. */
export function compareAddress(a: Address, b: Address): number {
  if (a.family !== b.family) return a.family - b.family;
  return a.value === b.value ? 0 : a.value < b.value ? -1 : 1;
}
