import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isOnPath, merklePath, merklePaths, merkleRoot } from './merkle.ts';

it('shows each id of a list and no other', () => {
  fc.assert(
    fc.property(
      fc.uniqueArray(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 40 }),
      (ids) => {
        const root = merkleRoot(ids);
        for (const id of ids) {
          const path = merklePath(ids, id);
          expect(path !== undefined && isOnPath(root, id, path)).toBe(true);
          expect(isOnPath(root, `${id}.`, path ?? [])).toBe(false);
        }
        expect(merklePath(ids.slice(1), ids[0] as string)).toBeUndefined();
        if (ids.length > 1) expect(merkleRoot([...ids].reverse())).not.toBe(root);
      },
    ),
    { numRuns: 50 },
  );
});

describe('all paths', () => {
  it('are those of each id', () => {
    for (let count = 0; count < 20; count += 1) {
      const ids = Array.from({ length: count }, (_, index) => `id ${index}`);
      expect(merklePaths(ids)).toEqual(ids.map((id) => merklePath(ids, id)));
    }
  });
});
