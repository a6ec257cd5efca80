import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bitsOf, enclosingPrefix, formatPrefix } from '../address/index.ts';
import { must } from '../result.ts';
import { checkPool, checkPools, parsePoolSpec, poolWarnings } from './pool.ts';
import type { Pool } from './types.ts';

const sound: Pool = { name: 'default', prefix: '10.244.0.0/16', blockLength: 26, subnet: 'pool' };

test.each<[string, Partial<Pool>]>([
  ['default=10.244.0.0/16', {}],
  ['default=10.244.0.0/16,block=24,subnet=block', { blockLength: 24, subnet: 'block' }],
  ['default=10.244.0.0/16,subnet=pool,block=/32', { blockLength: 32 }],
  ['v6=FD00:0::/64', { name: 'v6', prefix: 'fd00::/64', blockLength: 122 }],
  ['v6=fd00::/64,block=120', { name: 'v6', prefix: 'fd00::/64', blockLength: 120 }],
  ['small=10.0.0.0/28', { name: 'small', prefix: '10.0.0.0/28', blockLength: 28 }],
  ['link=fd00::/127', { name: 'link', prefix: 'fd00::/127', blockLength: 127 }],
  ['one=10.0.0.9/32', { name: 'one', prefix: '10.0.0.9/32', blockLength: 32 }],
])('reads %s', (text, changed) => {
  expect(must(parsePoolSpec(text))).toEqual({ ...sound, ...changed });
});

test.each([
  ['', /write NAME=CIDR/],
  ['10.0.0.0/16', /write NAME=CIDR/],
  ['=10.0.0.0/16', /1 to 63/],
  ['Default=10.0.0.0/16', /a-z/],
  ['a b=10.0.0.0/16', /a-z/],
  [`${'a'.repeat(64)}=10.0.0.0/16`, /1 to 63/],
  ['../x=10.0.0.0/16', /a-z/],
  ['default=10.0.0.0', /no prefix length/],
  ['default=10.0.0.1/16', /write 10\.0\.0\.0\/16 for the prefix/],
  ['default=10.0.0.0/16,block', /neither block=LEN nor/],
  ['default=10.0.0.0/16,block=026', /neither block=LEN nor/],
  ['default=10.0.0.0/16,block=-1', /neither block=LEN nor/],
  ['default=10.0.0.0/16,size=3', /neither block=LEN nor/],
  ['default=10.0.0.0/16,', /neither block=LEN nor/],
  ['default=10.0.0.0/16,subnet=both', /neither block=LEN nor/],
  ['default=10.0.0.0/16,subnet=block=pool', /neither block=LEN nor/],
  ['default=10.0.0.0/16,block=26,block=27', /block is given twice/],
  ['default=10.0.0.0/16,block=15', /\/15 do not fit into 10\.0\.0\.0\/16; .* from 24 to 32/],
  ['default=10.0.0.0/28,block=26', /\/26 do not fit into 10\.0\.0\.0\/28; .* from 28 to 32/],
  ['default=10.0.0.0/16,block=23', /1 to 256 addresses; .* from 24 to 32/],
  ['default=10.0.0.0/16,block=33', /from 24 to 32/],
  ['default=fd00::/64,block=119', /from 120 to 128/],
  ['default=127.0.0.0/16', /127\.0\.0\.0\/8 \(loopback\)/],
  ['default=239.0.0.0/16', /multicast/],
  ['default=0.0.0.0/0', /unspecified/],
  ['default=::/64', /unspecified/],
  ['default=fe80::/64', /link-local/],
  ['default=ff05::/64', /multicast/],
])('refuses %j with a reason', (text, reason) => {
  const parsed = parsePoolSpec(text);
  if (parsed.ok) throw new Error('accepted');
  expect(parsed.error.code).toBe('bad-pool');
  expect(parsed.error.message).toMatch(reason);
});

test('pools together: names differ, no address in two, at least one', () => {
  const codes = (...specs: string[]) => {
    const checked = checkPools(specs.map((spec) => must(parsePoolSpec(spec))));
    return checked.ok ? 'ok' : checked.error.code;
  };
  expect(codes('a=10.0.0.0/16', 'b=10.1.0.0/16', 'c=fd00::/64')).toBe('ok');
  expect(codes('a=10.0.0.0/16', 'b=fd00::/64', 'c=10.0.9.0/24')).toBe('pools-overlap');
  expect(codes('b=fd00::/64', 'c=10.0.9.0/24', 'a=10.0.0.0/16')).toBe('pools-overlap');
  expect(codes('a=10.0.0.0/16', 'a=10.1.0.0/16')).toBe('bad-pool');
  expect(codes()).toBe('bad-pool');
});

test('overlap is named with both pools', () => {
  const checked = checkPools([sound, { ...sound, name: 'other', prefix: '10.0.0.0/8' }]);
  if (checked.ok) throw new Error('accepted');
  expect(checked.error.message).toContain('default (10.244.0.0/16) and other (10.0.0.0/8) overlap');
});

test('pools that others wrote are checked as strictly', () => {
  const refused = (changed: object) => !checkPool({ ...sound, ...changed }).ok;
  expect(refused({})).toBe(false);
  expect(refused({ prefix: 'FD00::/64', blockLength: 122 })).toBe(true);
  expect(refused({ blockLength: 26.5 })).toBe(true);
  expect(refused({ blockLength: Number.NaN })).toBe(true);
  expect(refused({ subnet: 'other' })).toBe(true);
  expect(refused({ name: 'a\n' })).toBe(true);
});

test('any ordinary prefix makes a pool with its default block', () => {
  const prefix = fc
    .tuple(fc.constantFrom<4 | 6>(4, 6), fc.bigInt({ min: 0n, max: 2n ** 24n - 1n }), fc.nat(104))
    .map(([family, low, spare]) => {
      const bits = bitsOf(family);
      const base = family === 4 ? 10n << 24n : 0xfdn << 120n;
      return enclosingPrefix({ family, value: base + low }, Math.max(8, bits - spare));
    });
  fc.assert(
    fc.property(prefix, (any) => {
      const pool = must(parsePoolSpec(`p=${formatPrefix(any)}`));
      const bits = bitsOf(any.family);
      expect(pool.prefix).toBe(formatPrefix(any));
      expect(pool.blockLength).toBe(Math.max(any.length, bits - 6));
      expect(checkPools([pool]).ok).toBe(true);
    }),
  );
});

test('warns of what is sound but surprising', () => {
  const warnings = (spec: string) => poolWarnings([must(parsePoolSpec(spec))]).join('\n');
  expect(warnings('a=10.0.0.0/16')).toBe('');
  expect(warnings('a=10.0.0.0/16,subnet=block')).toMatch(/^pool a: .*ipMasq hides pods/);
  expect(warnings('a=10.0.0.0/28')).toMatch(/single block/);
  expect(warnings('a=10.0.0.9/32')).toMatch(/no gateway/);
  expect(warnings('a=10.0.0.0/24,block=32,subnet=block')).toMatch(/no gateway/);
  expect(warnings('a=10.0.0.0/24,block=32')).toBe('');
});
