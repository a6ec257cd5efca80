import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { applyUpdate, Doc, encodeStateAsUpdate, encodeStateVector, mergeUpdates } from 'yjs';
import { maxUpdateBytes, maxValueBytes } from './limits.ts';
import { decodeUpdate, decodeVector, encodeUpdate, encodeVector, type Struct } from './wire.ts';

const clients = fc.constantFrom(0, 1, 127, 128, 2 ** 31, 2 ** 32 + 5, Number.MAX_SAFE_INTEGER);
const values = fc.uint8Array({ maxLength: 300 });
/** Values that several clients write, each under a key of its own, in turns. */
const histories = fc.array(fc.record({ client: clients, value: values }), {
  minLength: 1,
  maxLength: 20,
});

function keyAt(client: number, clock: number): string {
  return `${'ab'.repeat(32)}/${client.toString(36)}/${clock.toString(36)}`;
}

/** What Yjs itself makes of a history: one doc, one transaction for each write, and every update it emits. */
function byYjs(history: readonly { client: number; value: Uint8Array }[]) {
  const doc = new Doc();
  const updates: Uint8Array[] = [];
  const structs: Struct[] = [];
  const clocks = new Map<number, number>();
  doc.on('update', (update: Uint8Array) => updates.push(update));
  for (const { client, value } of history) {
    const clock = clocks.get(client) ?? 0;
    clocks.set(client, clock + 1);
    doc.clientID = client;
    doc.getMap('entries').set(keyAt(client, clock), value);
    structs.push({ client, clock, key: keyAt(client, clock), value });
  }
  return { doc, updates, structs, clocks };
}

function ordered(structs: readonly Struct[]): Struct[] {
  return [...structs].sort((a, b) => b.client - a.client || a.clock - b.clock);
}

describe('with Yjs 13.6', () => {
  test('each transaction, a whole doc and merged updates have our bytes', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { doc, updates, structs } = byYjs(history);
        expect(updates).toEqual(structs.map((struct) => encodeUpdate([struct])));
        const whole = encodeUpdate(ordered(structs));
        expect(encodeStateAsUpdate(doc)).toEqual(whole);
        expect(mergeUpdates(updates)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
  });

  test('applies what we encode', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { structs } = byYjs(history);
        const doc = new Doc();
        doc.clientID = 3;
        applyUpdate(doc, encodeUpdate(ordered(structs)));
        const found = [...doc.getMap('entries')].sort();
        expect(found).toEqual(structs.map(({ key, value }) => [key, value]).sort());
      }),
      { numRuns: 60 },
    );
  });

  test('state vectors have our bytes', () => {
    fc.assert(
      fc.property(histories, (history) => {
        const { doc, clocks } = byYjs(history);
        expect(encodeVector(clocks)).toEqual(encodeStateVector(doc));
        expect(decodeVector(encodeStateVector(doc))).toEqual({ ok: true, value: clocks });
      }),
      { numRuns: 60 },
    );
  });
});

test('decoding is the inverse of encoding', () => {
  fc.assert(
    fc.property(histories, (history) => {
      const structs = ordered(byYjs(history).structs);
      expect(decodeUpdate(encodeUpdate(structs))).toEqual({ ok: true, value: structs });
    }),
    { numRuns: 60 },
  );
});

test('what decodes is the one encoding of it', () => {
  const update = encodeUpdate(ordered(byYjs([...'abc'].map(written)).structs));
  fc.assert(
    fc.property(fc.nat(update.length - 1), fc.nat(255), (at, byte) => {
      const changed = Uint8Array.from(update);
      changed[at] = byte;
      const decoded = decodeUpdate(changed);
      if (decoded.ok) expect(encodeUpdate(decoded.value)).toEqual(changed);
    }),
    { numRuns: 2000 },
  );
});

function written(text: string, client: number) {
  return { client, value: Uint8Array.from(text, (letter) => letter.charCodeAt(0)) };
}

describe('refuses', () => {
  const key = keyAt(7, 0);
  const one = encodeUpdate([{ client: 7, clock: 0, key, value: Uint8Array.of(1, 2) }]);
  const head = [1, 1, 7, 0];

  /** A real update in which Yjs put something else. */
  function yjs(write: (doc: Doc) => void): Uint8Array {
    const doc = new Doc();
    doc.clientID = 7;
    write(doc);
    return encodeStateAsUpdate(doc);
  }

  const hostile: Readonly<Record<string, readonly [says: string, update: Uint8Array]>> = {
    'nothing at all': ['ends too early', new Uint8Array()],
    'trailing bytes': ['follows its end', Uint8Array.of(...one, 0)],
    'a publisher without entries': ['has no entries', Uint8Array.of(1, 0, 7, 0, 0)],
    'one publisher twice': [
      'not in order',
      Uint8Array.of(2, ...one.subarray(1, -1), ...one.subarray(1, -1), 0),
    ],
    'a delete set': ['deletes something', Uint8Array.of(...one.subarray(0, -1), 1, 7, 1, 0, 1)],
    'an overlong number': ['longer than it needs', Uint8Array.of(0x81, 0x00, ...one.subarray(1))],
    'a number over 53 bits': ['too large', Uint8Array.of(1, 1, ...Array(8).fill(0xff), 0x7f, 0, 0)],
    'an endless number': ['too large', Uint8Array.of(1, 1, ...Array(1000).fill(0xff))],
    'a clock over the bound': [
      'too large',
      Uint8Array.of(1, 1, 7, 0xff, 0xff, 0xff, 0xff, 0x0f, 0),
    ],
    'four billion structs': ['too large', Uint8Array.of(1, 0xff, 0xff, 0xff, 0xff, 0x0f, 7, 0)],
    'a million publishers': ['too large', Uint8Array.of(0xc0, 0x84, 0x3d, ...one.subarray(1))],
    'a value longer than the update': [
      'ends too early',
      Uint8Array.of(...one.subarray(0, -4), 127, 1, 2, 0),
    ],
    'a value over the bound': [
      'too large',
      encodeUpdate([{ client: 7, clock: 0, key, value: new Uint8Array(maxValueBytes + 1) }]),
    ],
    'an update over the bound': ['are allowed', new Uint8Array(maxUpdateBytes + 1)],
    'a GC struct': ['of shape 0', Uint8Array.of(...head, 0, 5, 0)],
    'a Skip struct': ['of shape 10', Uint8Array.of(...head, 10, 5, 0)],
    'a key that is not ASCII': [
      'not plain ASCII',
      yjs((doc) => doc.getMap('entries').set('ü', Uint8Array.of(1))),
    ],
    'another root': [
      "outside of 'entries'",
      yjs((doc) => doc.getMap('other').set(key, Uint8Array.of(1))),
    ],
    'text instead of bytes': ['of shape 40', yjs((doc) => doc.getMap('entries').set(key, 'text'))],
    'a type inside': [
      'of shape 39',
      yjs((doc) => doc.getMap('entries').set(key, new Doc().getMap('x').clone())),
    ],
    'a subdocument': ['of shape 41', yjs((doc) => doc.getMap('entries').set(key, new Doc()))],
    'a list': ['of shape 3', yjs((doc) => doc.getArray('entries').push([Uint8Array.of(1)]))],
    'a key written twice': [
      'of shape',
      yjs((doc) => {
        doc.getMap('entries').set(key, Uint8Array.of(1));
        doc.getMap('entries').set(key, Uint8Array.of(2));
      }),
    ],
    'a deleted key': [
      'of shape',
      yjs((doc) => {
        doc.getMap('entries').set(key, Uint8Array.of(1));
        doc.getMap('entries').delete(key);
      }),
    ],
  };

  test.each(Object.entries(hostile))('%s', (_, [says, update]) => {
    const message = expect.stringContaining(says);
    expect(decodeUpdate(update)).toMatchObject({ ok: false, error: { code: 'invalid', message } });
  });

  test.each([
    ['a truncated vector', Uint8Array.of(2, 7, 1)],
    ['a vector with one publisher twice', Uint8Array.of(2, 7, 1, 7, 1)],
    ['a vector with more after its end', Uint8Array.of(1, 7, 1, 0)],
    ['a vector of a billion publishers', Uint8Array.of(0xff, 0xff, 0xff, 0xff, 0x03)],
    ['an empty vector', new Uint8Array()],
  ])('%s', (_, vector) => {
    expect(decodeVector(vector)).toMatchObject({ ok: false, error: { code: 'invalid' } });
  });
});
