import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  enclosingPrefix,
  formatPrefix,
  lastAddress,
  mergePrefixes,
  overlaps,
  type Prefix,
  prefixOf,
  sizeOf,
  specialRange,
  subtract,
} from './index.ts';

/** A world of 64 addresses, small enough to list. */
const world = prefixOf('10.0.0.0/26');
const piece = fc
  .tuple(fc.bigInt({ min: 0n, max: 63n }), fc.integer({ min: 25, max: 32 }))
  .map(([offset, length]) => enclosingPrefix({ family: 4, value: world.value + offset }, length));

function listed(prefixes: readonly Prefix[]): bigint[] {
  const values = new Set<bigint>();
  for (const prefix of prefixes) {
    for (let value = prefix.value; value <= lastAddress(prefix).value; value++) values.add(value);
  }
  return [...values].sort((a, b) => (a < b ? -1 : 1));
}

/** Fewest prefixes that make up exactly these addresses: greedy from the left, the largest that fits. */
function fewest(values: readonly bigint[]): string[] {
  const have = new Set(values);
  const found: string[] = [];
  for (let at = 0; at < values.length; ) {
    let length = 0;
    const fits = () => {
      const tried = enclosingPrefix({ family: 4, value: values[at] ?? 0n }, length);
      return tried.value === values[at] && length > 20 && listed([tried]).every((v) => have.has(v));
    };
    while (!fits()) length++;
    found.push(formatPrefix({ family: 4, value: values[at] ?? 0n, length }));
    at += 2 ** (32 - length);
  }
  return found;
}

test('mergePrefixes is the smallest list with the same addresses', () => {
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
      expect(mergePrefixes(pieces).map(formatPrefix)).toEqual(fewest(listed(pieces)));
    }),
  );
});

test('subtract is the smallest list of the addresses that are left', () => {
  fc.assert(
    fc.property(piece, fc.array(piece, { maxLength: 8 }), (from, inner) => {
      const gone = new Set(listed(inner));
      const left = listed([from]).filter((value) => !gone.has(value));
      expect(subtract(from, inner).map(formatPrefix)).toEqual(fewest(left));
    }),
  );
});

test('IPv6 in full depth, and families side by side', () => {
  const whole = prefixOf('::/0');
  const rest = subtract(whole, [prefixOf('fd00::5/128')]);
  expect(rest).toHaveLength(128);
  expect(mergePrefixes([...rest, prefixOf('fd00::5/128')])).toEqual([whole]);
  expect(subtract(whole, [prefixOf('0.0.0.0/0')])).toEqual([whole]);
  expect(mergePrefixes(['::/1', '0.0.0.0/1', '8000::/1', '128.0.0.0/1'].map(prefixOf))).toEqual([
    prefixOf('0.0.0.0/0'),
    whole,
  ]);
  expect(mergePrefixes([])).toEqual([]);
});

test('a large aggregate takes one pass', () => {
  const blocks = Array.from({ length: 4096 }, (_, i) =>
    enclosingPrefix({ family: 4, value: world.value + BigInt(((i * 37) % 4096) * 64) }, 26),
  );
  expect(mergePrefixes(blocks).map(formatPrefix)).toEqual(['10.0.0.0/14']);
});

test('special ranges are found when they share one address with a prefix', () => {
  expect(specialRange(prefixOf('10.0.0.0/8'))).toBeUndefined();
  expect(specialRange(prefixOf('fd00::/8'))).toBeUndefined();
  expect(specialRange(prefixOf('127.1.0.0/24'))?.meaning).toBe('loopback');
  expect(specialRange(prefixOf('224.0.0.0/3'))?.meaning).toBe('multicast');
  expect(specialRange(prefixOf('0.0.0.0/1'))?.meaning).toBe('unspecified');
  expect(specialRange(prefixOf('240.0.0.0/4'))?.meaning).toBe('broadcast');
  expect(specialRange(prefixOf('::/64'))?.meaning).toBe('unspecified');
  expect(specialRange(prefixOf('::1/128'))?.meaning).toBe('loopback');
  expect(specialRange(prefixOf('fe80::/64'))?.meaning).toBe('link-local');
  expect(specialRange(prefixOf('ff02::/16'))?.meaning).toBe('multicast');
  expect(specialRange(prefixOf('::ffff:10.0.0.0/120'))?.meaning).toBe('IPv4-mapped');
});

test('what is subtracted is not in what is left', () => {
  const left = subtract(prefixOf('10.0.0.0/16'), [
    prefixOf('10.0.5.0/24'),
    prefixOf('10.0.5.7/32'),
  ]);
  expect(left.some((one) => overlaps(one, prefixOf('10.0.5.0/24')))).toBe(false);
  expect(left.reduce((sum, one) => sum + sizeOf(one), 0n)).toBe(65_280n);
});
