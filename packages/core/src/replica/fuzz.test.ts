// Bytes from strangers against the Yjs replica: nothing throws, nothing gets in that no member signed, and
// honest replicas still agree afterwards. A failing run prints its seed; give it to `fuzz` to see it again.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Doc, encodeStateAsUpdate, encodeStateVector } from 'yjs';
import { concat, equalBytes, fakeSigner } from '../crypto/index.ts';
import { encodeEntry, entryId } from '../ownership/index.ts';
import { bytesOf } from './bytesOf.ts';
import { clientIdOf, keyOf, sealEnvelope } from './envelope.ts';
import { announcement, sample } from './fixtures.ts';
import { makeYjs as make } from './testReplicas.ts';
import { decodeUpdate, encodeUpdate } from './wire.ts';
import type { YjsReplica } from './yjsReplica.ts';

function publish(replica: YjsReplica, first: number, count: number): Uint8Array {
  const entries = Array.from({ length: count }, (_, n) => sample(first + n));
  const update = bytesOf(replica.prepare(entries) ?? new Uint8Array());
  replica.receive(update);
  return update;
}

/** Two honest members, and every update they ever made. */
const honest = [make('a'), make('b')] as const;
const updates: Uint8Array[] = [];
for (let n = 0; n < 24; n += 1) {
  updates.push(publish(honest[n % 2 ? 1 : 0], 3 * n, 1 + (n % 3)));
}
const [a, b] = honest;
for (const [to, from] of [
  [a, b],
  [b, a],
] as const) {
  to.receive(bytesOf(from.diff(to.vector()) as Uint8Array));
}
updates.push(bytesOf(a.diff(make('x').vector()) as Uint8Array));

const update = fc.constantFrom(...updates);

/** What Yjs makes of arbitrary edits of a doc: deletions, other roots, texts, nested types. */
const realYjs = fc
  .array(fc.tuple(fc.nat(6), fc.string({ maxLength: 5 }), fc.nat(3)), { maxLength: 8 })
  .map((edits) => {
    const doc = new Doc();
    for (const [kind, text, key] of edits) {
      doc.clientID = key === 0 ? clientIdOf('a', 'store') : key;
      const map = doc.getMap('entries');
      if (kind === 0) map.set(`${key}`, text);
      else if (kind === 1) map.set(`${key}`, new Uint8Array(key));
      else if (kind === 2) map.delete(`${key}`);
      else if (kind === 3) doc.getText(`text ${text}`).insert(0, 'x');
      else if (kind === 4) doc.getArray('list').push([text]);
      else if (kind === 5) map.set(text, new Doc());
      else doc.getMap(`map ${text}`).set(text, null);
    }
    return encodeStateAsUpdate(doc);
  });

/** A struct that is right in itself and stands where it must not. */
const misplaced = fc
  .record({
    from: update,
    at: fc.nat(30),
    client: fc.constantFrom('a', 'b', 'z'),
    clock: fc.nat(90),
  })
  .map(({ from, at, client, clock }) => {
    const structs = decodeUpdate(from);
    const struct = structs.ok ? structs.value[at % structs.value.length] : undefined;
    if (struct === undefined) throw new Error('an honest update has structs');
    return encodeUpdate([{ ...struct, client: clientIdOf(client, 'store'), clock }]);
  });

/** An entry that a member of another network signed for this one's places. */
const foreign = fc.nat(90).map((clock) => {
  const entry = announcement('a', 7);
  const place = { client: clientIdOf('a', 'store'), clock, id: entryId(entry) };
  const elsewhere = `sha256:${'00'.repeat(32)}`;
  const value = sealEnvelope(elsewhere, fakeSigner('a'), 'store', place, encodeEntry(entry));
  return encodeUpdate([{ ...place, key: keyOf(place), value }]);
});

const at = fc.nat(20_000);
const flipped = fc.tuple(update, at, fc.nat(254)).map(([bytes, where, by]) => {
  const changed = Uint8Array.from(bytes);
  const index = where % bytes.length;
  changed[index] = ((changed[index] as number) + 1 + by) & 0xff;
  return changed;
});
const truncated = fc.tuple(update, at).map(([bytes, end]) => bytes.subarray(0, end % bytes.length));
const spliced = fc
  .tuple(update, update, at, at)
  .map(([one, other, end, start]) =>
    concat(one.subarray(0, end % one.length), other.subarray(start % other.length)),
  );
const inserted = fc
  .tuple(update, at, fc.uint8Array({ maxLength: 12 }))
  .map(([bytes, where, more]) => {
    const index = where % bytes.length;
    return concat(bytes.subarray(0, index), more, bytes.subarray(index));
  });
/** Small and large numbers where counts, lengths and clocks stand. */
const numbers = fc
  .tuple(
    update,
    fc.nat(30),
    fc.constantFrom([0], [1], [0x7f], [0x80, 0], [0xff, 0xff, 0xff, 0x7f], Array(9).fill(0xff)),
  )
  .map(([bytes, where, number]) =>
    concat(bytes.subarray(0, where), Uint8Array.from(number), bytes.subarray(where + 1)),
  );
const hostile = fc.oneof(
  { weight: 4, arbitrary: flipped },
  truncated,
  spliced,
  inserted,
  numbers,
  misplaced,
  foreign,
  realYjs,
  fc.uint8Array({ maxLength: 400 }),
);
/** Attacks in between honest updates, which come out of order and more than once. */
const traffic = fc.array(fc.oneof(hostile, hostile, update), { minLength: 20, maxLength: 60 });

function state(replica: YjsReplica): unknown {
  return [replica.hash(), replica.vector(), encodeStateVector(replica.doc), replica.size];
}

function fuzz(numRuns: number, seed: number): void {
  const everything = new Set([...a.ids(), ...b.ids()]);
  const seen = { refused: 0, accepted: 0 };
  fc.assert(
    fc.property(traffic, (arriving) => {
      const target = make('c');
      for (const bytes of arriving) {
        const before = state(target);
        const { refused, update: kept } = target.receive(bytes);
        seen[kept === undefined ? 'refused' : 'accepted'] += 1;
        if (refused?.code === 'invalid') expect(kept).toBeUndefined();
        if (kept === undefined) expect(state(target)).toEqual(before);
      }
      expect(target.ids().filter((id) => !everything.has(id))).toEqual([]);
      target.receive(bytesOf(a.diff(target.vector()) ?? new Uint8Array()));
      expect(target.ids()).toEqual(a.ids());
      expect(equalBytes(encodeStateAsUpdate(target.doc), encodeStateAsUpdate(a.doc))).toBe(true);
    }),
    { numRuns, seed },
  );
  expect(seen.refused).toBeGreaterThan(numRuns);
  expect(seen.accepted).toBeGreaterThan(numRuns);
}

test('updates of strangers and broken peers', () => fuzz(150, 20_261_121));

test('vectors of strangers and broken peers', () => {
  const vector = bytesOf(a.vector());
  const changed = fc
    .tuple(fc.nat(vector.length), fc.uint8Array({ maxLength: 12 }))
    .map(([index, more]) => concat(vector.subarray(0, index), more, vector.subarray(index + 1)));
  fc.assert(
    fc.property(fc.oneof(changed, fc.uint8Array({ maxLength: 60 })), (bytes) => {
      const before = state(a);
      const missing = a.diff(bytes);
      if (missing !== undefined) expect(decodeUpdate(bytesOf(missing)).ok).toBe(true);
      expect(typeof a.lacks(bytes)).toBe('boolean');
      expect(state(a)).toEqual(before);
    }),
    { numRuns: 2000, seed: 7 },
  );
});
