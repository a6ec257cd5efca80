// How prefixes lie to each other. Two prefixes are either disjoint or one covers the other; everything
// here rests on that. Prefixes of different families are disjoint.

import { bitsOf } from './address.ts';
import { enclosingPrefix, sizeOf } from './prefix.ts';
import type { Address, Prefix } from './types.ts';

/** True when the address lies in the prefix. */
export function contains(prefix: Prefix, address: Address): boolean {
  if (prefix.family !== address.family) return false;
  if (prefix.family === 6) {
    return (prefix.value ^ address.value) >> BigInt(128 - prefix.length) === 0n;
  }
  const difference = Number(prefix.value) ^ Number(address.value);
  // Shifting by 32 is shifting by 0 in JavaScript.
  return prefix.length === 0 || difference >>> (32 - prefix.length) === 0;
}

/** True when every address of `inner` lies in `outer`. A prefix covers itself. */
export function covers(outer: Prefix, inner: Prefix): boolean {
  return outer.length <= inner.length && contains(outer, inner);
}

/** True when some address lies in both. */
export function overlaps(a: Prefix, b: Prefix): boolean {
  return a.length <= b.length ? contains(a, b) : contains(b, a);
}

/** Lower and upper half, or undefined for a single address. */
export function halves(prefix: Prefix): readonly [Prefix, Prefix] | undefined {
  const { family, value } = prefix;
  const length = prefix.length + 1;
  if (length > bitsOf(family)) return undefined;
  const lower = { family, value, length };
  return [lower, { family, value: value + sizeOf(lower), length }];
}

/** The prefix one bit shorter around this one, or undefined for the whole space. */
export function supernet(prefix: Prefix): Prefix | undefined {
  return prefix.length === 0 ? undefined : enclosingPrefix(prefix, prefix.length - 1);
}

/** The prefix of the same length right after this one, or undefined at the end of the space. */
export function nextPrefix(prefix: Prefix): Prefix | undefined {
  const { family, length } = prefix;
  const value = prefix.value + sizeOf(prefix);
  return value >> BigInt(bitsOf(family)) === 0n ? { family, value, length } : undefined;
}

/**
 * All prefixes of that length inside `prefix`, in address order, one at a time: there may be 2^128.
 * None when `length` is shorter than the prefix's own or longer than an address.
 */
export function* splitInto(prefix: Prefix, length: number): IterableIterator<Prefix> {
  const { family } = prefix;
  if (!Number.isInteger(length) || length < prefix.length || length > bitsOf(family)) return;
  const step = sizeOf({ family, value: 0n, length });
  const end = prefix.value + sizeOf(prefix);
  for (let value = prefix.value; value < end; value += step) yield { family, value, length };
}
