import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  type Address,
  enclosingPrefix,
  formatAddress,
  formatPrefix,
  type Prefix,
  parseAddress,
  prefixOf,
  sizeNumber,
  splitInto,
} from '../address/index.ts';
import { must } from '../result.ts';
import {
  type BookPool,
  blockOf,
  candidates,
  gatewayOf,
  ipEntry,
  isResting,
  reservedReason,
  searchOrder,
  usableCount,
} from './index.ts';

const address = (text: string): Address => must(parseAddress(text));
const texts = (found: Iterable<Address>): string[] => [...found].map(formatAddress);

function pool(cidr: string, blockLength: number, subnet: 'pool' | 'block' = 'pool'): BookPool {
  return { name: 'default', prefix: prefixOf(cidr), blockLength, subnet };
}

/** All addresses of a prefix, one by one. */
function listed({ family, value, length }: Prefix): Address[] {
  const size = sizeNumber({ family, value, length });
  return Array.from({ length: size }, (_, i) => ({ family, value: value + BigInt(i) }));
}

/** The rules once more, on plain lists of texts: which addresses of a subnet pods may have. */
function usableOf(subnet: Prefix, lastIsFree: boolean): { usable: string[]; gateway?: string } {
  const all = texts(listed(subnet));
  if (all.length === 1) return { usable: all };
  if (all.length === 2) return { usable: all.slice(1), gateway: all[0] as string };
  return { usable: all.slice(2, lastIsFree ? undefined : -1), gateway: all[1] as string };
}

/** A pool of at most 1,024 addresses, one of its blocks, and things to exclude near it. */
const situation = fc
  .record({
    family: fc.constantFrom<4 | 6>(4, 6),
    poolBits: fc.nat(10),
    blockBits: fc.nat(8),
    subnet: fc.constantFrom<'pool' | 'block'>('pool', 'block'),
    which: fc.nat(),
    exclude: fc.array(fc.tuple(fc.nat(1100), fc.nat(5)), { maxLength: 4 }),
    cursor: fc.option(fc.integer({ min: -3, max: 1100 }), { nil: undefined }),
  })
  .map(({ family, poolBits, blockBits, subnet, which, exclude, cursor }) => {
    const bits = family === 4 ? 32 : 128;
    const base = address(family === 4 ? '10.1.4.0' : 'fd00::1:400');
    const prefix = enclosingPrefix(base, bits - poolBits);
    const blockLength = bits - Math.min(blockBits, poolBits);
    const blocks = [...splitInto(prefix, blockLength)];
    const at = (offset: number) => ({ family, value: base.value + BigInt(offset) });
    return {
      pool: { name: 'p', prefix, blockLength, subnet } satisfies BookPool,
      block: blocks[which % blocks.length] as Prefix,
      blocks,
      excluded: exclude.map(([offset, size]) => enclosingPrefix(at(offset), bits - size)),
      cursor: cursor === undefined ? undefined : at(cursor),
    };
  });

test('candidates are the usable addresses of the block, in turn after the cursor', () => {
  fc.assert(
    fc.property(situation, ({ pool, block, excluded, cursor }) => {
      const subnet = pool.subnet === 'pool' ? pool.prefix : block;
      const lastIsFree = pool.prefix.family === 6 && pool.subnet === 'pool';
      const { usable, gateway } = usableOf(subnet, lastIsFree);
      const gone = new Set(texts(excluded.flatMap(listed)));
      const all = texts(listed(block));
      const turn = cursor ? all.indexOf(formatAddress(cursor)) + 1 : 0;
      const wanted = [...all.slice(turn), ...all.slice(0, turn)].filter(
        (text) => usable.includes(text) && !gone.has(text),
      );
      expect(texts(candidates(pool, block, excluded, cursor))).toEqual(wanted);
      expect(usableCount(pool, block, excluded)).toBe(wanted.length);
      const found = gatewayOf(pool, block);
      expect(found && formatAddress(found)).toBe(gateway);
    }),
    { numRuns: 300 },
  );
});

test('a reason is given for exactly the addresses that are not candidates', () => {
  fc.assert(
    fc.property(situation, ({ pool, block, excluded }) => {
      const given = new Set(texts(candidates(pool, block, excluded)));
      for (const one of listed(block)) {
        const reason = reservedReason(pool, block, one, excluded);
        expect(reason === undefined).toBe(given.has(formatAddress(one)));
      }
    }),
    { numRuns: 100 },
  );
});

test('every pool has an address for a pod, and every address knows its block', () => {
  fc.assert(
    fc.property(situation, ({ pool, blocks }) => {
      const counts = blocks.map((block) => usableCount(pool, block));
      expect(counts.reduce((sum, count) => sum + count)).toBeGreaterThan(0);
      for (const block of blocks) {
        for (const one of candidates(pool, block)) expect(blockOf(pool, one)).toEqual(block);
      }
    }),
    { numRuns: 50 },
  );
});

test('reasons by name', () => {
  const reasons = (of: BookPool, block: string) =>
    listed(prefixOf(block)).map((one) => reservedReason(of, prefixOf(block), one));
  const _ = undefined;
  expect(reasons(pool('10.0.0.0/30', 30), '10.0.0.0/30')).toEqual([
    'network',
    'gateway',
    _,
    'broadcast',
  ]);
  expect(reasons(pool('fd00::/126', 126), 'fd00::/126')).toEqual([
    'router-anycast',
    'gateway',
    _,
    _,
  ]);
  expect(reasons(pool('fd00::/64', 126, 'block'), 'fd00::4/126')).toEqual([
    'router-anycast',
    'gateway',
    _,
    'last',
  ]);
  expect(reasons(pool('10.0.0.0/29', 30), '10.0.0.4/30')).toEqual([_, _, _, 'broadcast']);
  expect(reasons(pool('10.0.0.0/31', 31), '10.0.0.0/31')).toEqual(['gateway', _]);
  expect(reasons(pool('fd00::/127', 127), 'fd00::/127')).toEqual(['gateway', _]);
  expect(reasons(pool('10.0.0.7/32', 32), '10.0.0.7/32')).toEqual([_]);
  expect(reasons(pool('10.0.0.0/24', 32), '10.0.0.1/32')).toEqual(['gateway']);
  expect(usableCount(pool('10.0.0.0/24', 32), prefixOf('10.0.0.1/32'))).toBe(0);
});

test('the gateway of the pool is the same for every block, that of a block is its own', () => {
  const whole = pool('10.244.0.0/16', 26);
  expect(gatewayOf(whole)).toEqual(address('10.244.0.1'));
  expect(gatewayOf(whole, prefixOf('10.244.9.64/26'))).toEqual(address('10.244.0.1'));
  const each = pool('10.244.0.0/16', 24, 'block');
  expect(gatewayOf(each)).toBeUndefined();
  expect(gatewayOf(each, prefixOf('10.244.9.0/24'))).toEqual(address('10.244.9.1'));
});

test('blocks are searched from the one with the cursor on, around', () => {
  const blocks = ['10.0.0.128/26', '10.0.0.0/26', '10.0.1.0/26'].map(prefixOf);
  const order = (cursor?: string) =>
    searchOrder(blocks, cursor === undefined ? undefined : address(cursor)).map(formatPrefix);
  const [a, b, c] = ['10.0.0.0/26', '10.0.0.128/26', '10.0.1.0/26'];
  expect(order()).toEqual([a, b, c]);
  expect(order('10.0.0.63')).toEqual([a, b, c]);
  expect(order('10.0.0.64')).toEqual([b, c, a]);
  expect(order('10.0.0.191')).toEqual([b, c, a]);
  expect(order('10.0.0.200')).toEqual([c, a, b]);
  expect(order('10.0.9.0')).toEqual([a, b, c]);
  expect(order('fd00::1')).toEqual([a, b, c]);
  expect(searchOrder([], address('10.0.0.1'))).toEqual([]);
});

test('allocating and freeing at once still walks through the whole block', () => {
  const of = pool('10.0.0.0/24', 29);
  const block = prefixOf('10.0.0.8/29');
  let cursor: Address | undefined;
  const given: string[] = [];
  for (let i = 0; i < 10; i++) {
    cursor = candidates(of, block, [], cursor).next().value as Address;
    given.push(formatAddress(cursor));
  }
  const turn = texts(listed(block));
  expect(given).toEqual([...turn, ...turn.slice(0, 2)]);
});

test('rest ends after its time, whatever the clock does', () => {
  expect(isResting(1_000, 1_000)).toBe(true);
  expect(isResting(1_000, 30_999)).toBe(true);
  expect(isResting(1_000, 31_000)).toBe(false);
  expect(isResting(1_000, 1_000, 0)).toBe(false);
  expect(isResting(1e12, 1e12 - 10_000)).toBe(true);
  expect(isResting(1e12, 0)).toBe(false);
});

test('an answer has the prefix length and the gateway of its subnet', () => {
  const whole = pool('10.244.0.0/16', 26);
  const at = address('10.244.9.70');
  expect(ipEntry(whole, at)).toEqual({ address: '10.244.9.70/16', gateway: '10.244.0.1' });
  const each = pool('10.244.0.0/16', 26, 'block');
  expect(ipEntry(each, at)).toEqual({ address: '10.244.9.70/26', gateway: '10.244.9.65' });
  expect(ipEntry(whole, at, 'none')).toEqual({ address: '10.244.9.70/16' });
  expect(ipEntry(whole, at, address('10.9.9.9')).gateway).toBe('10.9.9.9');
  expect(ipEntry(whole, at, address('fd00::9')).gateway).toBe('10.244.0.1');
  expect(ipEntry(pool('fd00::/64', 122), address('fd00::ff'))).toEqual({
    address: 'fd00::ff/64',
    gateway: 'fd00::1',
  });
  expect(ipEntry(pool('10.0.0.7/32', 32), address('10.0.0.7'))).toEqual({ address: '10.0.0.7/32' });
});
