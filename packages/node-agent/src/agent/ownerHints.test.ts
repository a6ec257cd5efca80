import { formatPrefix } from '@hedgerow/core/address';
import type { Ownership } from '@hedgerow/core/ownership';
import { expect, test } from 'vitest';
import { ownerHints } from './ownerHints.ts';

function viewOf(pieces: readonly (readonly [string, string])[]) {
  return {
    *pieces(pool: string): Generator<Ownership, void> {
      for (const [prefix, owner] of pieces)
        yield { pool, prefix, owner, version: 1, record: '', disputed: false };
    },
  };
}

function lines(pieces: readonly (readonly [string, string])[]): readonly string[] {
  const names = new Map([['b', { name: 'birch' }]]);
  return ownerHints(viewOf(pieces), 'default', names, 'self').map(
    ({ prefix, name }) => `${formatPrefix(prefix)} ${name}`,
  );
}

test('names the owners of others’ pieces, large ones first', () => {
  const pieces = [
    ['10.0.0.0/26', 'b'],
    ['10.0.0.64/26', 'self'],
    ['10.0.0.128/25', 'c'],
    ['10.0.1.0/24', 'b'],
  ] as const;
  expect(lines(pieces)).toEqual(['10.0.1.0/24 birch', '10.0.0.128/25 c', '10.0.0.0/26 birch']);
});

test('leaves out the smallest of too many', () => {
  const blocks = Array.from(
    { length: 5000 },
    (_, at) => [`10.${at >> 8}.${at & 255}.0/26`, 'b'] as const,
  );
  const found = lines([...blocks, ['10.200.0.0/16', 'b']]);
  expect(found).toHaveLength(4096);
  expect(found[0]).toBe('10.200.0.0/16 birch');
});
