// What only the Yjs replica has: its doc, its database, its snapshot.
import { describe, expect, test, vi } from 'vitest';
import { Doc, encodeStateVector } from 'yjs';
import { fakeSigner, fakeVerify } from '../crypto/index.ts';
import { bytesOf } from './bytesOf.ts';
import { freshLedger, grant, network, sample } from './fixtures.ts';
import { maxUpdateBytes } from './limits.ts';
import { makeYjs as make } from './testReplicas.ts';
import { decodeUpdate, encodeUpdate } from './wire.ts';
import { createYjsReplica, type YjsReplica } from './yjsReplica.ts';

/** Publishes samples one by one, and gives what a shell would have stored. */
function publish(replica: YjsReplica, from: number, to: number): Uint8Array[] {
  const stored: Uint8Array[] = [];
  for (let n = from; n < to; n += 1) {
    const update = replica.prepare([sample(n)]);
    if (update === undefined) continue;
    stored.push(bytesOf(update));
    replica.receive(update);
  }
  return stored;
}

/** The ids in the doc: of an entry at several places, once. */
function idsInDoc(replica: YjsReplica): string[] {
  const keys = [...replica.doc.getMap('entries').keys()];
  return [...new Set(keys.map((key) => key.slice(0, 64)))].sort();
}

test('the doc has exactly the entries of the set, and the vector is its own', () => {
  const [a, b] = [make('a'), make('b')];
  publish(a, 0, 30);
  publish(b, 20, 50);
  b.receive(bytesOf(a.diff(b.vector()) as Uint8Array));
  expect(idsInDoc(b)).toEqual(b.ids());
  expect(b.vector()).toEqual(encodeStateVector(b.doc));
  expect(b.size).toBeGreaterThan(40);
});

test('Yjs never complains of our own client id', () => {
  const shout = vi.spyOn(console, 'log').mockImplementation(() => {});
  const [a, again] = [make('a'), make('a')];
  publish(a, 0, 5);
  again.receive(bytesOf(a.diff(again.vector()) as Uint8Array));
  expect([a.doc.clientID, again.doc.clientID]).toEqual([0, 0]);
  expect(shout).not.toHaveBeenCalled();
  shout.mockRestore();
});

function withDoc(doc: Doc): YjsReplica {
  const signer = fakeSigner('a');
  const options = { network, signer, storeId: 's', verify: fakeVerify, ledger: freshLedger() };
  return createYjsReplica({ ...options, doc });
}

test('a doc of the caller is used, and must be empty', () => {
  const doc = new Doc();
  const replica = withDoc(doc);
  publish(replica, 0, 3);
  expect(replica.doc).toBe(doc);
  expect(() => withDoc(doc)).toThrow('must be empty');
});

test('plain updates are refused', () => {
  const plain = { places: [] };
  expect(make('a').receive(plain)).toMatchObject({ refused: { code: 'invalid' } });
  expect(() => bytesOf(plain)).toThrow('has no bytes');
});

test('a known place with other bytes goes through the gate like everything', () => {
  const [a, b] = [make('a'), make('b')];
  const [update] = publish(a, 0, 1);
  const structs = decodeUpdate(update as Uint8Array);
  const changed = structs.ok ? structs.value.map((struct) => ({ ...struct })) : [];
  for (const struct of changed)
    struct.value = struct.value.map((byte, at) => byte ^ (at === 90 ? 1 : 0));
  b.receive(update as Uint8Array);
  expect(b.receive(encodeUpdate(changed))).toMatchObject({ refused: { code: 'invalid' } });
  expect(b.receive(update as Uint8Array).refused).toBeUndefined();
});

describe('a restart', () => {
  test('on the stored updates, in any order, gives the same replica', () => {
    const before = make('a');
    const stored = publish(before, 0, 40);
    const after = make('a');
    const loaded = after.load([...stored.reverse(), ...stored]);
    expect(loaded).toEqual({ places: before.size, problems: [] });
    expect(after.hash()).toBe(before.hash());
    expect(after.vector()).toEqual(before.vector());
    expect(after.view.canonicalBytes()).toEqual(before.view.canonicalBytes());
    expect(idsInDoc(after)).toEqual(before.ids());
    const next = make('b');
    publish(after, 40, 45);
    expect(next.receive(bytesOf(after.diff(next.vector()) as Uint8Array)).refused).toBeUndefined();
    expect(next.hash()).toBe(after.hash());
  });

  test('on damaged updates keeps what follows without a hole, and says what was lost', () => {
    const stored = publish(make('a'), 0, 10);
    const damaged = stored.map((update, at) => (at === 6 ? update.subarray(0, 50) : update));
    const after = make('a');
    const loaded = after.load(damaged);
    expect(loaded.places).toBe(6);
    expect(loaded.problems).toHaveLength(2);
    expect(after.size).toBe(6);
  });

  test('on a snapshot gives the same replica', () => {
    const before = make('a');
    const many = Array.from({ length: 3000 }, (_, n) => grant(n));
    for (let left = true; left; ) {
      const update = before.prepare(many);
      if (update !== undefined) before.receive(update);
      left = update !== undefined;
    }
    const parts = [...before.snapshot()];
    expect(parts.length).toBeGreaterThan(1);
    expect(parts.every((part) => part.length <= maxUpdateBytes)).toBe(true);
    const after = make('a');
    expect(after.load(parts)).toEqual({ places: 3000, problems: [] });
    expect([after.hash(), after.vector()]).toEqual([before.hash(), before.vector()]);
  });

  test('with nothing stored is an empty replica', () => {
    expect(make('a').load([])).toEqual({ places: 0, problems: [] });
    expect([...make('a').snapshot()]).toEqual([]);
  });
});

test('of an update that fits in part, the part that fitted is handed out', () => {
  const [before, a, b] = [make('a'), make('a'), make('b')];
  const [old] = publish(before, 0, 1);
  b.receive(old as Uint8Array);
  publish(a, 1, 3);
  const received = b.receive(bytesOf(a.diff(make('x').vector()) as Uint8Array));
  expect(received.refused?.code).toBe('taken');
  const kept = decodeUpdate(bytesOf(received.update as Uint8Array));
  expect(kept.ok && kept.value.map(({ clock }) => clock)).toEqual([1]);
});
