// IPv6 text to bigint and back: reads all forms of RFC 4291 section 2.2, writes RFC 5952.
// Zone ids are not part of an address and are not accepted.

import { readIpv4, writeIpv4 } from './ipv4.ts';

const COLON = 58;
const LOW_32 = 0xffff_ffffn;

/** The address, or undefined when `text[0, to)` is not an IPv6 address. */
export function readIpv6(text: string, to: number = text.length): bigint | undefined {
  const groups: number[] = [];
  let gap = -1;
  let at = 0;
  if (text.charCodeAt(0) === COLON) {
    if (text.charCodeAt(1) !== COLON) return undefined;
    gap = 0;
    at = 2;
  }
  while (at < to) {
    if (groups.length === 8) return undefined;
    const end = groupEnd(text, at, to);
    const group = readGroup(text, at, end);
    if (group === undefined) return end === to ? withIpv4(text, at, to, groups, gap) : undefined;
    groups.push(group);
    if (end === to) break;
    at = end + 1;
    if (at === to) return undefined;
    if (text.charCodeAt(at) === COLON) {
      if (gap >= 0) return undefined;
      gap = groups.length;
      at++;
    }
  }
  return join(groups, gap);
}

function groupEnd(text: string, from: number, to: number): number {
  let end = from;
  while (end < to && text.charCodeAt(end) !== COLON) end++;
  return end;
}

/** One to four hexadecimal digits, or undefined. */
function readGroup(text: string, from: number, to: number): number | undefined {
  if (to === from || to - from > 4) return undefined;
  let value = 0;
  for (let at = from; at < to; at++) {
    const digit = hexDigit(text.charCodeAt(at));
    if (digit < 0) return undefined;
    value = value * 16 + digit;
  }
  return value;
}

function hexDigit(code: number): number {
  if (code >= 48 && code <= 57) return code - 48;
  const lower = code | 32;
  return lower >= 97 && lower <= 102 ? lower - 87 : -1;
}

/** The last 32 bits may be written as a dotted quad. */
function withIpv4(
  text: string,
  from: number,
  to: number,
  groups: number[],
  gap: number,
): bigint | undefined {
  const low = readIpv4(text, from, to);
  if (low === undefined) return undefined;
  groups.push(low >>> 16, low & 0xffff);
  return join(groups, gap);
}

/** `gap` is where `::` stands, which is at least one group of zeros, or -1. */
function join(groups: readonly number[], gap: number): bigint | undefined {
  const zeros = 8 - groups.length;
  if (gap < 0 ? zeros !== 0 : zeros < 1) return undefined;
  const group = (index: number): number => {
    if (gap < 0 || index < gap) return groups[index] ?? 0;
    return index < gap + zeros ? 0 : (groups[index - zeros] ?? 0);
  };
  const high = (group(0) * 0x10000 + group(1)) * 0x10000 + group(2);
  const middle = (group(3) * 0x10000 + group(4)) * 0x10000 + group(5);
  const low = group(6) * 0x10000 + group(7);
  return (BigInt(high) << 80n) | (BigInt(middle) << 32n) | BigInt(low);
}

/**
 * RFC 5952: lower case, no leading zeros, `::` for the longest run of at least two zero groups (the first
 * of equals), and a dotted quad at the end of IPv4-mapped addresses (`::ffff:0:0/96`, its section 5).
 */
export function writeIpv6(value: bigint): string {
  if (value >> 32n === 0xffffn) return `::ffff:${writeIpv4(Number(value & LOW_32))}`;
  const groups: number[] = [];
  for (let shift = 96n; shift >= 0n; shift -= 32n) {
    const word = Number((value >> shift) & LOW_32);
    groups.push(word >>> 16, word & 0xffff);
  }
  const { start, length } = longestZeroRun(groups);
  if (length < 2) return hex(groups);
  return `${hex(groups.slice(0, start))}::${hex(groups.slice(start + length))}`;
}

function hex(groups: readonly number[]): string {
  return groups.map((group) => group.toString(16)).join(':');
}

function longestZeroRun(groups: readonly number[]): { start: number; length: number } {
  let best = { start: 0, length: 0 };
  let start = 0;
  for (let index = 0; index < groups.length; index++) {
    if (groups[index] !== 0) start = index + 1;
    else if (index + 1 - start > best.length) best = { start, length: index + 1 - start };
  }
  return best;
}
