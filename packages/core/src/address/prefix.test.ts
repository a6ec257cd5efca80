import fc from 'fast-check';
import { IPv4CidrRange, IPv4Prefix, IPv6CidrRange } from 'ip-num';
import { expect, test } from 'vitest';
import { must } from '../result.ts';
import {
  addressAt,
  bitsOf,
  cidrOf,
  comparePrefix,
  contains,
  covers,
  enclosingPrefix,
  firstAddress,
  formatAddress,
  formatPrefix,
  halves,
  lastAddress,
  nextPrefix,
  offsetOf,
  overlaps,
  type Prefix,
  parseAddress,
  parseCidr,
  parsePrefix,
  prefixOf,
  sizeNumber,
  sizeOf,
  splitInto,
  supernet,
} from './index.ts';

const address = fc.oneof(
  fc.bigInt({ min: 0n, max: 2n ** 32n - 1n }).map((value) => ({ family: 4, value }) as const),
  fc.bigInt({ min: 0n, max: 2n ** 128n - 1n }).map((value) => ({ family: 6, value }) as const),
);
const prefix = fc
  .tuple(address, fc.nat(128))
  .map(([inside, length]) => enclosingPrefix(inside, Math.min(length, bitsOf(inside.family))));

function oracle(of: Prefix): IPv4CidrRange | IPv6CidrRange {
  const text = formatPrefix(of);
  return of.family === 4 ? IPv4CidrRange.fromCidr(text) : IPv6CidrRange.fromCidr(longText(of));
}

/** ip-num does not read an embedded IPv4 address after `::`. */
function longText(of: Prefix): string {
  const digits = of.value.toString(16).padStart(32, '0');
  return `${digits.match(/.{4}/g)?.join(':')}/${of.length}`;
}

test('bounds and size agree with ip-num', () => {
  fc.assert(
    fc.property(prefix, (any) => {
      const range = oracle(any);
      expect(firstAddress(any).value).toBe(range.getFirst().getValue());
      expect(lastAddress(any).value).toBe(range.getLast().getValue());
      expect(sizeOf(any)).toBe(range.getSize());
      expect(sizeNumber(any)).toBe(
        Number(
          sizeOf(any) < BigInt(Number.MAX_SAFE_INTEGER) ? sizeOf(any) : Number.MAX_SAFE_INTEGER,
        ),
      );
    }),
  );
});

test('text goes around, and only the canonical text is a Cidr', () => {
  fc.assert(
    fc.property(prefix, (any) => {
      const text = formatPrefix(any);
      expect(cidrOf(any)).toBe(text);
      expect(prefixOf(text)).toEqual(any);
      expect(must(parsePrefix(longForm(any)))).toEqual(any);
      if (longForm(any) !== text) expect(parseCidr(longForm(any)).ok).toBe(false);
    }),
  );
});

function longForm(of: Prefix): string {
  return of.family === 4 ? formatPrefix(of) : longText(of);
}

test('host bits are refused with the prefix that was meant', () => {
  fc.assert(
    fc.property(address, fc.nat(128), (inside, anyLength) => {
      const length = Math.min(anyLength, bitsOf(inside.family));
      const meant = enclosingPrefix(inside, length);
      fc.pre(meant.value !== inside.value);
      const parsed = parsePrefix(`${formatAddress(inside)}/${length}`);
      if (parsed.ok) throw new Error('accepted');
      expect(parsed.error.code).toBe('host-bits');
      expect(parsed.error.message).toContain(`write ${formatPrefix(meant)} for the prefix`);
    }),
  );
});

test.each([
  ['10.0.0.0', /no prefix length/],
  ['10.0.0.0/', /number from 0 to 32/],
  ['10.0.0.0/33', /number from 0 to 32/],
  ['10.0.0.0/08', /leading zeros/],
  ['10.0.0.0/+8', /number from 0 to 32/],
  ['10.0.0.0/8 ', /number from 0 to 32/],
  ['10.0.0.0/8/8', /number from 0 to 32/],
  ['10.0.0.0/255.0.0.0', /number from 0 to 32/],
  ['fd00::/129', /number from 0 to 128/],
  ['10.0.0/8', /not an IP address/],
  ['fd00::%eth0/64', /zone id/],
  ['/8', /not an IP address/],
])('refuses %j with a reason', (text, reason) => {
  const parsed = parsePrefix(text);
  expect(parsed).toMatchObject({ ok: false, error: { code: 'bad-prefix' } });
  if (!parsed.ok) expect(parsed.error.message).toMatch(reason);
});

test('prefixOf throws on what is not canonical', () => {
  expect(() => prefixOf('FD00::/8')).toThrow(/write fd00::\/8/);
  expect(() => prefixOf('10.0.0.1/8')).toThrow(/host-bits/);
  expect(prefixOf('0.0.0.0/0')).toEqual({ family: 4, value: 0n, length: 0 });
});

test('contains, covers and overlaps are what the bounds say', () => {
  const near = fc
    .tuple(prefix, fc.nat(128), fc.bigInt({ min: -2n, max: 2n }))
    .map(([base, to, off]) => {
      const value = base.value + off * sizeOf(base);
      const shifted =
        value >= 0n && value >> BigInt(bitsOf(base.family)) === 0n ? value : base.value;
      return [base, enclosingPrefix({ family: base.family, value: shifted }, to)] as const;
    });
  fc.assert(
    fc.property(fc.oneof(near, fc.tuple(prefix, prefix)), ([a, b]) => {
      const same = a.family === b.family;
      const [first, last] = [firstAddress(b), lastAddress(b)];
      const inA = (value: bigint) => a.value <= value && value <= lastAddress(a).value;
      expect(contains(a, first)).toBe(same && inA(first.value));
      expect(contains(a, last)).toBe(same && inA(last.value));
      expect(covers(a, b)).toBe(same && inA(first.value) && inA(last.value));
      const meets = same && a.value <= last.value && b.value <= lastAddress(a).value;
      expect(overlaps(a, b)).toBe(meets);
      expect(overlaps(b, a)).toBe(meets);
    }),
    { numRuns: 500 },
  );
});

test('halves, supernet and next fit together', () => {
  fc.assert(
    fc.property(prefix, (any) => {
      const split = halves(any);
      expect(split === undefined).toBe(any.length === bitsOf(any.family));
      const next = nextPrefix(any);
      expect(next?.value).toBe(
        lastAddress(any).value + 1n === 2n ** BigInt(bitsOf(any.family))
          ? undefined
          : lastAddress(any).value + 1n,
      );
      if (!split) return;
      const [lower, upper] = split;
      expect(firstAddress(lower)).toEqual(firstAddress(any));
      expect(nextPrefix(lower)).toEqual(upper);
      expect(lastAddress(upper)).toEqual(lastAddress(any));
      expect([supernet(lower), supernet(upper)]).toEqual([any, any]);
    }),
  );
  expect(supernet(prefixOf('::/0'))).toBeUndefined();
});

test('splitInto gives the pieces that ip-num gives, lazily', () => {
  const small = prefixOf('10.0.64.0/22');
  const pieces = IPv4CidrRange.fromCidr('10.0.64.0/22').splitInto(IPv4Prefix.fromNumber(26n));
  expect([...splitInto(small, 26)].map(formatPrefix)).toEqual(
    pieces.map((piece) => piece.toCidrString()),
  );
  expect([...splitInto(small, 22)]).toEqual([small]);
  for (const length of [21, 33, 24.5, -1]) expect([...splitInto(small, length)]).toEqual([]);
  const huge = splitInto(prefixOf('::/0'), 128);
  huge.next();
  expect(huge.next().value).toEqual(prefixOf('::1/128'));
  expect([...splitInto(prefixOf('255.255.255.254/31'), 32)].map(formatPrefix)).toEqual([
    '255.255.255.254/32',
    '255.255.255.255/32',
  ]);
});

test('offsets and addresses are inverse, and undefined outside', () => {
  fc.assert(
    fc.property(prefix, fc.bigInt({ min: -1n, max: 2n ** 128n }), (any, offset) => {
      const at = addressAt(any, offset);
      expect(at !== undefined).toBe(offset >= 0n && offset < sizeOf(any));
      if (at) expect(offsetOf(any, at)).toBe(offset);
    }),
  );
  const small = prefixOf('10.0.0.0/24');
  expect(addressAt(small, 255)).toEqual(must(parseAddress('10.0.0.255')));
  expect(addressAt(small, 256)).toBeUndefined();
  expect(addressAt(small, 1.5)).toBeUndefined();
  expect(offsetOf(small, must(parseAddress('::')))).toBeUndefined();
  expect(offsetOf(small, must(parseAddress('9.255.255.255')))).toBeUndefined();
});

test('prefixes order by family, value, length', () => {
  const texts = ['::/0', '10.0.0.0/9', '10.0.0.0/8', '9.0.0.0/8', '10.64.0.0/10'];
  expect(texts.map(prefixOf).sort(comparePrefix).map(formatPrefix)).toEqual([
    '9.0.0.0/8',
    '10.0.0.0/8',
    '10.0.0.0/9',
    '10.64.0.0/10',
    '::/0',
  ]);
});
