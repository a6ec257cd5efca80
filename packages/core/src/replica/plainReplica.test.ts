// What only the plain replica has: clones, shared checks, and places that are not signed.
import { expect, test } from 'vitest';
import { fakeVerify } from '../crypto/index.ts';
import { entryId, type SignedEntry } from '../ownership/index.ts';
import { announcement, freshLedger, grant, network, proof, reclaim } from './fixtures.ts';
import { createEntryCheck } from './plainReplica.ts';
import { contents, makePlain, publish, pull } from './testReplicas.ts';
import type { PlainUpdate } from './types.ts';

function updateOf(entry: SignedEntry, id = entryId(entry)): PlainUpdate {
  return { places: [{ client: 5, clock: 0, id, entry }] };
}

test('a clone is equal, and each goes its own way afterwards', () => {
  const original = makePlain('a');
  publish(original, grant(1), announcement('a', 1), proof(3), proof(1));
  publish(original, grant(2, 'silent'), reclaim(2));
  const clone = original.clone(freshLedger());
  expect(contents(clone)).toEqual(contents(original));
  publish(original, grant(2), announcement('a', 2), proof(0));
  expect(original.registers.isGone('silent')).toBe(true);
  expect(clone.registers.isGone('silent')).toBe(false);
  publish(clone, grant(3));
  expect(clone.members.get('a')?.sequence).toBe(1);
  const [one, other] = [makePlain('b'), makePlain('c')];
  pull(one, original);
  pull(other, clone);
  expect(contents(one)).toEqual(contents(original));
  expect(contents(other)).toEqual(contents(clone));
  expect(one.has(entryId(grant(3)))).toBe(false);
});

test('a clone has what the original had under way', () => {
  const original = makePlain('a');
  const update = original.prepare([grant(1)]) as PlainUpdate;
  const clone = original.clone(freshLedger());
  original.abandon();
  expect(clone.prepare([grant(1)])).toBe(update);
  expect(clone.receive(update).added).toEqual([grant(1)]);
  expect(original.size).toBe(0);
});

test('forged, foreign and misnamed entries are refused', () => {
  const entry = grant(1);
  const foreign = { ...entry, body: { ...entry.body, network: `sha256:${'0'.repeat(64)}` } };
  const hostile = [
    updateOf({ ...entry, signature: new Uint8Array(64) }),
    updateOf(foreign as SignedEntry),
    updateOf(entry, entryId(grant(2))),
  ];
  const replica = makePlain('a');
  for (const update of hostile) {
    expect(replica.receive(update)).toMatchObject({
      update: undefined,
      refused: { code: 'invalid' },
    });
  }
  expect(replica.receive(new Uint8Array(3))).toMatchObject({ refused: { code: 'invalid' } });
  expect(replica.diff(new Uint8Array(1))).toBeUndefined();
  expect(replica.size).toBe(0);
  expect(replica.receive(updateOf(entry)).added).toEqual([entry]);
});

test('a check asks for each signature once', () => {
  let asked = 0;
  const check = createEntryCheck(network, (...args) => {
    asked += 1;
    return fakeVerify(...args);
  });
  const entry = grant(1);
  expect([check(entry), check(entry)]).toEqual(Array(2).fill({ ok: true, value: entryId(entry) }));
  expect(asked).toBe(1);
});
