import { encode } from 'cborg';
import { expect, test } from 'vitest';
import { fakeSigner, fakeVerify, type Signer } from '../crypto/index.ts';
import { encodeEntry, entryId, type SignedEntry } from '../ownership/index.ts';
import { clientIdOf, decodeEnvelope, keyOf, sealEnvelope } from './envelope.ts';
import { announcement, grant, network, proof } from './fixtures.ts';
import { openTrusted, openUpdate } from './gate.ts';
import { encodeUpdate, type Struct } from './wire.ts';

const rules = { network, verify: fakeVerify };
const elsewhere = `sha256:${'11'.repeat(32)}`;

interface Lie {
  readonly entry?: SignedEntry;
  readonly signer?: Signer;
  readonly client?: number;
  readonly clock?: number;
  readonly id?: string;
  readonly network?: string;
  readonly payload?: Uint8Array;
}

/** The update that an honest `a` makes of an entry, but for the lies. */
function update(lie: Lie = {}, after: (struct: Struct) => Struct = (struct) => struct): Uint8Array {
  const entry = lie.entry ?? grant(1);
  const signer = lie.signer ?? fakeSigner('a');
  const client = lie.client ?? clientIdOf('a', 'store');
  const place = { client, clock: lie.clock ?? 0, id: lie.id ?? entryId(entry) };
  const payload = lie.payload ?? encodeEntry(entry);
  const value = sealEnvelope(lie.network ?? network, signer, 'store', place, payload);
  return encodeUpdate([after({ client, clock: place.clock, key: keyOf(place), value })]);
}

/** The value with a longer CBOR header than it needs: 0x98 0x04 is a list of four, as 0x84 is. */
function longer({ value, ...rest }: Struct): Struct {
  return { ...rest, value: Uint8Array.of(0x98, 4, ...value.subarray(1)) };
}

test.each([grant(1), announcement('b', 1), proof(0, 'c')])('an honest update opens', (entry) => {
  const place = { client: clientIdOf('a', 'store'), clock: 0, id: entryId(entry), entry };
  expect(openUpdate(update({ entry }), rules)).toEqual({ ok: true, value: [place] });
});

const proven = proof(0) as Extract<SignedEntry, { type: 'register' }>;
const forged = { ...grant(1), signature: new Uint8Array(64) };
const foreign = { ...announcement('a', 1) } as Extract<SignedEntry, { type: 'member' }>;
const lies: Readonly<Record<string, readonly [says: string, update: Uint8Array]>> = {
  "somebody else's client id": ['not at this place', update({ signer: fakeSigner('b') })],
  'a client id of nobody': ['not at this place', update({ client: 5 })],
  'signed for another network': ['not at this place', update({ network: elsewhere })],
  'moved to another clock': [
    'not at this place',
    update({}, (struct) => ({ ...struct, clock: 1 })),
  ],
  'moved to another key': [
    'not at this place',
    update({}, (struct) => ({ ...struct, key: struct.key.replace(/^./, 'x') })),
  ],
  'a key of another entry': ['key that is not its own', update({ id: entryId(grant(2)) })],
  'an entry nobody signed': ['not signed by its writer', update({ entry: forged })],
  'an entry of another network': [
    'of another network',
    update({ entry: { ...foreign, body: { ...foreign.body, network: elsewhere } } }),
  ],
  'a proof nobody signed': [
    'not signed by its writer',
    update({ entry: { ...proven, writer: 'b' } }),
  ],
  'a proof of another network': [
    'of another network',
    update({ entry: { ...proven, body: { ...proven.body, network: elsewhere } } }),
  ],
  'a proof of another owner': [
    'not signed by its writer',
    update({ entry: { ...proven, body: { ...proven.body, owner: 'b' } } }),
  ],
  'a proof under the id of another': [
    'key that is not its own',
    update({ entry: proven, id: entryId(proof(1)) }),
  ],
  'an entry that is not CBOR': ['cannot be read', update({ payload: Uint8Array.of(0xff) })],
  'an entry with unknown fields': [
    'cannot be read',
    update({ payload: encode({ ...grant(1), extra: 1 }) }),
  ],
  'an envelope in another encoding': ['malformed envelope', update({}, longer)],
  'an envelope nested 8,000 deep': [
    'malformed envelope',
    update({}, (struct) => ({ ...struct, value: new Uint8Array(8000).fill(0x81) })),
  ],
  'an entry nested 8,000 deep': [
    'cannot be read',
    update({ payload: new Uint8Array(8000).fill(0x81) }),
  ],
  'no envelope': [
    'malformed',
    update({}, (struct) => ({ ...struct, value: encode([1, 2, 3, 4]) })),
  ],
};

test.each(Object.entries(lies))('%s is refused', (_, [says, bytes]) => {
  const message = expect.stringContaining(says);
  expect(openUpdate(bytes, rules)).toMatchObject({
    ok: false,
    error: { code: 'invalid', message },
  });
});

test('one bad entry refuses the whole update', () => {
  const bad = update({ client: 5 });
  const good = update();
  const both = Uint8Array.of(2, ...good.subarray(1, -1), ...bad.subarray(1, -1), 0);
  expect(openUpdate(good, rules).ok).toBe(true);
  expect(openUpdate(both, rules)).toMatchObject({ ok: false, error: { code: 'invalid' } });
});

test('stored entries open without signatures, but not with a key of another place', () => {
  const id = entryId(grant(1));
  const place = { client: 5, clock: 3, id };
  const value = sealEnvelope(network, fakeSigner('a'), 'store', place, encodeEntry(grant(1)));
  const struct = { client: 5, clock: 3, key: keyOf(place), value };
  expect(openTrusted(struct)).toEqual({ ok: true, value: { ...place, entry: grant(1) } });
  expect(openTrusted({ ...struct, clock: 4 })).toMatchObject({ ok: false });
  expect(openTrusted({ ...struct, value: new Uint8Array(9) })).toMatchObject({ ok: false });
});

test('client ids have 53 bits, and differ by member and by store', () => {
  const ids = ['a', 'b'].flatMap((member) => ['s', 't'].map((store) => clientIdOf(member, store)));
  expect(new Set(ids).size).toBe(4);
  const many = Array.from({ length: 2000 }, (_, n) => clientIdOf(`m${n}`, 's'));
  expect(many.every((id) => Number.isSafeInteger(id) && id >= 0)).toBe(true);
  expect(Math.max(...many)).toBeGreaterThan(2 ** 52.9);
  expect(Math.min(...many)).toBeLessThan(2 ** 46);
});

test('an envelope decodes to what was sealed, from any buffer', () => {
  const place = { client: 1, clock: 0, id: 'ab'.repeat(32) };
  const payload = Uint8Array.of(1, 2, 3);
  const value = sealEnvelope(network, fakeSigner('a'), 'store', place, payload);
  const inside = Uint8Array.of(9, ...value, 9).subarray(1, -1);
  expect(decodeEnvelope(inside)).toMatchObject({ publisher: 'a', storeId: 'store', payload });
});
