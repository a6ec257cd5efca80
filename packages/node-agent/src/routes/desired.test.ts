import type { Ownership } from '@hedgerow/core/ownership';
import { expect, test } from 'vitest';
import { desiredRoutes } from './desired.ts';

function piece(prefix: string, owner: string): Ownership {
  return { pool: 'p', prefix, owner, version: 1, record: '', disputed: false };
}

function desired(pieces: readonly Ownership[]) {
  const members = new Map([
    ['a', { nodeAddresses: ['192.0.2.1', '2001:db8::1'] }],
    ['b', { nodeAddresses: ['192.0.2.2'] }],
  ]);
  return desiredRoutes({ pools: ['p'], pieces: () => pieces }, members, 'me');
}

test('joins what one owner has side by side, and leaves out our own', () => {
  const pieces = [
    piece('10.0.0.0/26', 'a'),
    piece('10.0.0.64/26', 'a'),
    piece('10.0.0.128/25', 'a'),
    piece('10.0.1.0/24', 'me'),
    piece('10.0.2.0/24', 'b'),
    piece('10.0.3.0/24', 'a'),
  ];
  expect(desired(pieces)).toEqual({
    routes: [
      { prefix: '10.0.0.0/24', via: '192.0.2.1' },
      { prefix: '10.0.3.0/24', via: '192.0.2.1' },
      { prefix: '10.0.2.0/24', via: '192.0.2.2' },
    ],
    unroutable: [],
  });
});

test('neighbours that are no siblings stay apart', () => {
  const routes = desired([piece('10.0.1.0/24', 'a'), piece('10.0.2.0/24', 'a')]).routes;
  expect(routes.map((route) => route.prefix)).toEqual(['10.0.1.0/24', '10.0.2.0/24']);
});

test('goes over an address of the same family, or says that there is none', () => {
  const result = desired([piece('fd00::/65', 'a'), piece('fd00::8000:0:0:0/65', 'b')]);
  expect(result.routes).toEqual([{ prefix: 'fd00::/65', via: '2001:db8::1' }]);
  expect(result.unroutable).toEqual([
    { prefix: 'fd00::8000:0:0:0/65', owner: 'b', reason: 'b told no IPv6 address of its host' },
  ]);
});

test('a member that nobody announced is unroutable', () => {
  expect(desired([piece('10.0.0.0/24', 'x')]).unroutable).toHaveLength(1);
});
