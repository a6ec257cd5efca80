import { describe, expect, it } from 'vitest';
import { fakeSigner, fakeVerify } from '../crypto/index.ts';
import type { GuardianSet } from '../estate/types.ts';
import { recordId, signRecord, signRegister } from '../ownership/record.ts';
import type { RecordBody, SignedRegister } from '../ownership/types.ts';
import { certificateOf, proofOf, setOf } from './fixtures.ts';
import {
  createRegisterBook,
  decodeProof,
  encodeOverride,
  merklePaths,
  type Override,
  signOverride,
} from './index.ts';

const network = `sha256:${'ab'.repeat(32)}`;
const authority = fakeSigner('root');
const bodies = ['10.0.0.0/24', '10.0.1.0/24', '10.0.2.0/24'].map(
  (prefix): RecordBody => ({
    network,
    pool: 'default',
    prefix,
    version: 4,
    owner: 'heir',
    predecessors: ['0'.repeat(64)],
    kind: 'reclaim',
  }),
);
const ids = bodies.map(recordId);
const given = { owner: 'x', epoch: 3, heir: 'heir', records: ids };
const override = signOverride(network, authority, given);

function proof(of: Override): SignedRegister {
  const body = { network, owner: of.owner, certificate: encodeOverride(of) };
  return signRegister(fakeSigner('publisher'), body);
}

function bookOf(...proofs: readonly SignedRegister[]) {
  const book = createRegisterBook(network, fakeVerify, ['other', 'root']);
  return { book, learned: proofs.map((each) => book.add(each)) };
}

function vouched(body: RecordBody, certificate: Override): string | undefined {
  const record = signRecord(fakeSigner('heir'), body);
  return bookOf().book.vouchedBy({ ...record, certificate: encodeOverride(certificate) });
}

describe('an override', () => {
  it('says that its owner is gone, once', () => {
    const { book, learned } = bookOf(proof(override), proof(override));
    expect(learned).toEqual([true, false]);
    expect(book.isGone('x')).toBe(true);
    expect(book.isOverridden('x')).toBe(true);
    expect([...book.overridden]).toEqual([['x', 'heir']]);
  });

  it('names the smallest heir where several were signed, in whatever order they come', () => {
    const other = signOverride(network, fakeSigner('other'), { ...given, heir: 'cousin' });
    for (const proofs of [
      [override, other],
      [other, override],
    ]) {
      expect([...bookOf(...proofs.map(proof)).book.overridden]).toEqual([['x', 'cousin']]);
    }
  });

  it("vouches for each of its records as its heir's, and for no other", () => {
    const paths = merklePaths(ids);
    for (const [index, body] of bodies.entries()) {
      const path = paths[index] ?? [];
      expect(vouched(body, { ...override, path })).toBe('x');
      expect(vouched({ ...body, version: 5 }, { ...override, path })).toBeUndefined();
      expect(vouched({ ...body, kind: 'take-back' }, { ...override, path })).toBeUndefined();
    }
    expect(vouched(bodies[0] as RecordBody, override)).toBeUndefined();
    expect(vouched(bodies[0] as RecordBody, { ...override, path: paths[1] ?? [] })).toBeUndefined();
  });

  const own: GuardianSet = { epoch: 4, members: [{ member: 'x', store: 's' }] };
  it.each<[string, Override]>([
    ['of somebody who is no authority', signOverride(network, fakeSigner('x'), given)],
    ['of another network', signOverride(`sha256:${'cd'.repeat(32)}`, authority, given)],
    ['with another heir than was signed', { ...override, heir: 'thief' }],
    ['in the name of another authority', { ...override, authority: 'other' }],
    [
      'that takes from an owner and keeps it',
      signOverride(network, authority, { ...given, next: own }),
    ],
    ['that gives back and names nobody', signOverride(network, authority, { ...given, heir: 'x' })],
    [
      'that gives a register to others',
      signOverride(network, authority, { ...given, heir: 'x', next: setOf(4, 'x', 'y') }),
    ],
    [
      'that gives back in another epoch',
      signOverride(network, authority, { ...given, heir: 'x', next: { ...own, epoch: 9 } }),
    ],
  ])('%s is left aside', (_name, wrong) => {
    const { book, learned } = bookOf(proof(wrong));
    expect(learned).toEqual([false]);
    expect(book.isGone('x')).toBe(false);
    expect(book.givenBack('x')).toBeUndefined();
    expect(vouched(bodies[0] as RecordBody, { ...wrong, path: merklePaths(ids)[0] ?? [] })).toBe(
      undefined,
    );
  });

  it("gives a register back to its owner's store, whose vote counts from then on", () => {
    const back = signOverride(network, authority, { ...given, heir: 'x', records: [], next: own });
    const moved = proofOf(
      network,
      certificateOf({ network, owner: 'x', set: own, next: setOf(5, 'a', 'b', 'c') }),
    );
    for (const proofs of [
      [proof(back), moved],
      [moved, proof(back)],
    ]) {
      const { book } = bookOf(...proofs);
      expect(book.isGone('x')).toBe(false);
      expect(book.givenBack('x')).toEqual(own);
      expect(book.setOf('x', 4)).toEqual(own);
      expect(book.latest('x')?.epoch).toBe(5);
    }
  });

  it('is bytes that decode to itself, and other bytes are refused', () => {
    const path = merklePaths(ids)[1] ?? [];
    const decoded = decodeProof(encodeOverride({ ...override, path }));
    expect(decoded).toEqual({ ok: true, value: { ...override, path } });
    const extra = encodeOverride({ ...override, more: 1 } as Override);
    expect(decodeProof(extra).ok).toBe(false);
    expect(decodeProof(new Uint8Array(20_000)).ok).toBe(false);
  });
});
