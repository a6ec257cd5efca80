import fc from 'fast-check';
import { expect, test } from 'vitest';
import { enclosingPrefix } from '../address/index.ts';
import type { Address } from '../address/types.ts';
import { addressName, blockName, parseAddressName, parseBlockName, runPlace } from './layout.ts';

const addresses: fc.Arbitrary<Address> = fc.oneof(
  fc.bigInt(0n, 2n ** 32n - 1n).map((value) => ({ family: 4 as const, value })),
  fc.bigInt(0n, 2n ** 128n - 1n).map((value) => ({ family: 6 as const, value })),
  fc.bigInt(0n, 300n).map((value) => ({ family: 6 as const, value })),
);

test('every address and block has a name of its own that reads back', () => {
  fc.assert(
    fc.property(addresses, fc.nat(8), (address, bits) => {
      const name = addressName(address);
      expect(name).toMatch(/^[0-9a-f][0-9a-f.-]*$/);
      expect(parseAddressName(name)).toEqual(address);
      const block = enclosingPrefix(address, (address.family === 4 ? 32 : 128) - bits);
      expect(parseBlockName(blockName(block))).toEqual(block);
    }),
  );
});

test('IPv6 names have neither a colon nor a leading hyphen', () => {
  expect(addressName({ family: 6, value: 1n })).toBe('0--1');
  expect(addressName({ family: 6, value: 0xfd00n << 112n })).toBe('fd00--');
  expect(blockName({ family: 6, value: (0xfd00n << 112n) + 64n, length: 122 })).toBe(
    'fd00--40_122',
  );
});

test.each([
  '',
  '.',
  '..',
  '10.0.0.01',
  '10.0.0',
  'fd00::1',
  '--1',
  'FD00--1',
  'fd00-0-0-0-0-0-0-1',
  '10.0.0.1_26',
  'a/b',
])('%j is no address of ours', (name) => {
  expect(parseAddressName(name)).toBeUndefined();
});

test.each(['', '10.0.0.0', '10.0.0.1_26', '10.0.0.0/26', '10.0.0.0_026', 'fd00--1_122', '_26'])(
  '%j is no block of ours',
  (name) => {
    expect(parseBlockName(name)).toBeUndefined();
  },
);

test('a boot id that would leave the run directory is refused', () => {
  expect(runPlace('/run/h', '59664938-1e43-4ff5-8d81-e775dc5447f5')?.boot).toBe(
    '/run/h/59664938-1e43-4ff5-8d81-e775dc5447f5',
  );
  for (const id of ['', '..', '../../etc', 'agent.json', 'abc']) {
    expect(runPlace('/run/h', id)).toBeUndefined();
  }
});
