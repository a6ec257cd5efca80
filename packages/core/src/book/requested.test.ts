import { expect, test } from 'vitest';
import { formatAddress, formatPrefix, prefixOf } from '../address/index.ts';
import { must } from '../result.ts';
import { bookPool, checkRequested, parseExcluded } from './index.ts';

const pools = [
  bookPool({ name: 'four', prefix: '10.1.0.0/16', blockLength: 26, subnet: 'pool' }),
  bookPool({ name: 'six', prefix: 'fd00::/64', blockLength: 122, subnet: 'block' }),
];

test('places each address in its pool and block, with or without prefix length', () => {
  const places = must(checkRequested(pools, ['fd00::42/64', '10.1.2.70', '10.1.2.70/24']));
  const shown = places.map(({ pool, block, address }) =>
    [pool.name, formatPrefix(block), formatAddress(address)].join(' '),
  );
  expect(shown).toEqual(['six fd00::40/122 fd00::42', 'four 10.1.2.64/26 10.1.2.70']);
  expect(must(checkRequested(pools, []))).toEqual([]);
});

test.each([
  [
    ['10.1.2.3', '10.1.2.4'],
    'two-in-one-pool',
    /10\.1\.2\.3 and 10\.1\.2\.4 are both of pool four/,
  ],
  [['10.1.2.3', '10.2.0.1'], 'outside', /outside the pools .* four \(10\.1\.0\.0\/16\), six/],
  [['10.1.0.0'], 'reserved', /network address of pool four/],
  [['10.1.0.1'], 'reserved', /gateway of pool four/],
  [['10.1.255.255/16'], 'reserved', /broadcast address of pool four/],
  [['fd00::40'], 'reserved', /subnet-router anycast address of block fd00::40\/122 of pool six/],
  [['fd00::7f'], 'reserved', /last address of block/],
  [['10.1.7.9'], 'excluded', /ipam\.exclude/],
  [['10.1.2.3/33'], 'bad-request', /prefix length from 0 to 32/],
  [['10.1.2.3/'], 'bad-request', /prefix length/],
  [['10.1.2.3/24/8'], 'bad-request', /prefix length/],
  [['10.1.2.3/024'], 'bad-request', /prefix length/],
  [['10.1.2.03'], 'bad-request', /leading zero/],
  [[''], 'bad-request', /not an IP address/],
])('refuses %j whole: %s', (requested, code, reason) => {
  const checked = checkRequested(pools, requested, [prefixOf('10.1.7.0/24')]);
  if (checked.ok) throw new Error('accepted');
  expect(checked.error.code).toBe(code);
  expect(checked.error.message).toMatch(reason);
});

test('says so when a network has no pool', () => {
  const checked = checkRequested([], ['10.1.2.3']);
  expect(checked).toMatchObject({ ok: false, error: { code: 'outside' } });
});

test('exclusions are addresses and prefixes of either family', () => {
  const excluded = must(parseExcluded(['10.0.0.5', '10.0.1.0/24', 'FD00::5', 'fd01::/64']));
  expect(excluded.map(formatPrefix)).toEqual([
    '10.0.0.5/32',
    '10.0.1.0/24',
    'fd00::5/128',
    'fd01::/64',
  ]);
  const refused = parseExcluded(['10.0.0.5', '10.0.1.5/24']);
  if (refused.ok) throw new Error('accepted');
  expect(refused.error.message).toMatch(/^ipam\.exclude: .*write 10\.0\.1\.0\/24/);
});
