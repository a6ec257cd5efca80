import fc from 'fast-check';
import { expect, test } from 'vitest';
import { sha256Hex, toHex, utf8 } from '../crypto/index.ts';
import { emptyTrie, trieAdd, trieEntries, trieGet, trieHash, trieSliceHash } from './trie.ts';

/** Ids with long common beginnings too. */
const ids = fc
  .uniqueArray(fc.record({ stem: fc.nat(3), shared: fc.nat(62), tail: fc.nat(40) }), {
    selector: ({ stem, shared, tail }) => idOf(stem, shared, tail),
    maxLength: 60,
  })
  .map((list) => list.map(({ stem, shared, tail }) => idOf(stem, shared, tail)));

function idOf(stem: number, shared: number, tail: number): string {
  return sha256Hex(utf8(`${stem}`)).slice(0, shared) + sha256Hex(utf8(`${tail}`)).slice(shared);
}

function trieOf(list: readonly string[]) {
  return list.reduce((trie, id) => trieAdd(trie, id, `value of ${id}`), emptyTrie<string>());
}

test('holds what was added, in order, and nothing else', () => {
  fc.assert(
    fc.property(ids, (list) => {
      const trie = trieOf(list);
      const sorted = [...list].sort();
      expect([...trieEntries(trie)]).toEqual(sorted.map((id) => [id, `value of ${id}`]));
      for (const id of list) expect(trieGet(trie, id)).toBe(`value of ${id}`);
      for (const other of ['', 'zz', '{}', '0'.repeat(64), `${list[0]}0`]) {
        expect(trieGet(trie, other)).toBeUndefined();
      }
    }),
  );
});

test('the hash is that of the set: any order, asked for at any time', () => {
  fc.assert(
    fc.property(ids, fc.nat(59), (list, at) => {
      const other = [...list].reverse();
      let grown = emptyTrie<string>();
      other.forEach((id, index) => {
        grown = trieAdd(grown, id, '');
        if (index === at) trieHash(grown);
      });
      expect(trieHash(grown)).toEqual(trieHash(trieOf(list)));
    }),
  );
});

test('slices have the ids with a prefix, and a hash that depends on these alone', () => {
  fc.assert(
    fc.property(ids, ids, fc.integer({ min: 1, max: 63 }), (one, other, digits) => {
      const [a, b] = [trieOf(one), trieOf(other)];
      const prefixes = new Set(
        [...one, ...other, 'f0'.repeat(32)].map((id) => id.slice(0, digits)),
      );
      for (const prefix of prefixes) {
        const [inOne, inOther] = [one, other].map((list) =>
          list.filter((id) => id.startsWith(prefix)).sort(),
        );
        expect(Array.from(trieEntries(a, prefix), ([id]) => id)).toEqual(inOne);
        const equal = JSON.stringify(inOne) === JSON.stringify(inOther);
        expect(trieSliceHash(a, prefix) === trieSliceHash(b, prefix)).toBe(equal);
      }
    }),
  );
});

test('every addition changes the hash, and leaves the trie before as it was', () => {
  fc.assert(
    fc.property(ids, (list) => {
      const seen = new Set<string>();
      let trie = emptyTrie<string>();
      for (const id of list) {
        const before = toHex(trieHash(trie));
        seen.add(before);
        const next = trieAdd(trie, id, '');
        expect(trieGet(trie, id)).toBeUndefined();
        expect(toHex(trieHash({ ...trie, hash: undefined }))).toBe(before);
        trie = next;
      }
      seen.add(toHex(trieHash(trie)));
      expect(seen.size).toBe(list.length + 1);
    }),
  );
});

test('an id twice, or something that is no id, is a bug', () => {
  const id = 'a'.repeat(64);
  expect(() => trieAdd(trieAdd(emptyTrie(), id, 1), id, 2)).toThrow('in the trie already');
  expect(() => trieHash(trieAdd(emptyTrie(), 'abc', 1))).toThrow('not an entry id');
});
