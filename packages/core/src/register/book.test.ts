import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { fakeSigner, fakeVerify } from '../crypto/index.ts';
import type { GuardianSet } from '../estate/types.ts';
import { recordId, signRecord } from '../ownership/record.ts';
import type { RecordBody, SignedRecord, SignedRegister } from '../ownership/types.ts';
import { digestOfHead } from './estateRules.ts';
import { certificateOf, proofOf, type Shown, setOf } from './fixtures.ts';
import { type Certificate, createRegisterBook, encodeCertificate } from './index.ts';

const network = `sha256:${'ab'.repeat(32)}`;
const owner = 'x';
const first = setOf(1, 'x');
const second = setOf(2, 'a', 'b', 'x');
const third = setOf(3, 'a', 'b', 'c', 'd');
const fourth = setOf(4, 'b', 'c', 'd', 'e');

function certificate(shown: Partial<Shown> & Pick<Shown, 'set'>): Certificate {
  return certificateOf({ network, owner, ...shown });
}

function stop(set: GuardianSet, next: GuardianSet, ...voters: readonly string[]): SignedRegister {
  const voting = voters.length > 0 ? { voters: setOf(set.epoch, ...voters).members } : {};
  return proofOf(network, certificate({ set, next, ...voting }));
}

/** The Stops that lead from the owner's store to the last set. */
const toSecond = stop(first, second);
const toThird = stop(second, third);
const stops = [toSecond, toThird, stop(third, fourth)];
const book = (...proofs: readonly SignedRegister[]) => {
  const filled = createRegisterBook(network, fakeVerify, []);
  return { book: filled, learned: proofs.map((proof) => filled.add(proof)) };
};

describe('a chain of guardian sets', () => {
  it('is known as far as proofs lead, in whatever order they come', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray(stops, { minLength: 3 }), (proofs) => {
        const { book: filled, learned } = book(...proofs, ...proofs);
        const found = [1, 2, 3, 4].map((epoch) => filled.setOf(owner, epoch));
        expect(found).toEqual([first, second, third, fourth]);
        expect(filled.latest(owner)).toEqual(fourth);
        expect([1, 2, 3, 4].map((epoch) => filled.stopsOf(owner, epoch).length)).toEqual([
          1, 1, 1, 0,
        ]);
        const believed = proofs.indexOf(toSecond);
        expect(learned.indexOf(true)).toBe(believed);
        expect(learned.slice(3)).toEqual([false, false, false]);
      }),
    );
  });

  it('of any length that arrives backwards is believed at once', () => {
    const long = Array.from({ length: 3_000 }, (_, index) => {
      return stop(setOf(index + 1, owner), setOf(index + 2, owner));
    });
    const { book: filled, learned } = book(...long.reverse());
    expect(learned.filter((each) => each)).toEqual([true]);
    expect(learned.at(-1)).toBe(true);
    expect(filled.latest(owner)?.epoch).toBe(3_001);
  });

  it('names the Stop that led on, and whoever voted for it', () => {
    const { ballot, head, votes } = certificate({ set: second, next: third });
    const digest = digestOfHead(network, owner, 2, head);
    const again = stop(second, third, 'a', 'b');
    const { book: filled } = book(toSecond, toThird, again);
    expect(filled.stopsOf(owner, 2)).toEqual([{ ballot, digest, votes, next: third }]);
  });

  it('is not known before the first change, and ends where a proof is missing', () => {
    expect(book().book.latest(owner)).toBeUndefined();
    const { book: filled } = book(toSecond, stop(third, fourth));
    expect(filled.latest(owner)).toEqual(second);
    expect(filled.setOf(owner, 3)).toBeUndefined();
    expect(filled.stopsOf(owner, 3)).toEqual([]);
    expect(filled.latest('a')).toBeUndefined();
  });

  it.each<[string, SignedRegister]>([
    ['has too few votes', stop(second, third, 'a')],
    ['has votes of strangers', stop(second, third, 'a', 'c', 'd')],
    ['names no successor', stop(second, setOf(4, 'e'))],
    ['is the first and has no vote of the owner', stop(setOf(1, 'a'), setOf(2, 'e'))],
    ['is of another network', { ...toThird, body: { ...toThird.body, network: '' } }],
    ['says it is of another owner', { ...toThird, body: { ...toThird.body, owner: 'a' } }],
    ['names a guardian that is no member', stop(second, setOf(3, 'a/s', 'b'))],
    [
      'is no certificate',
      { ...toThird, body: { ...toThird.body, certificate: new Uint8Array(9) } },
    ],
    [
      'has one vote twice',
      proofOf(network, {
        ...certificate({
          set: second,
          next: third,
          voters: setOf(2, 'a', 'a').members,
        }),
      }),
    ],
  ])('believes nothing that %s', (_, proof) => {
    const { book: filled, learned } = book(toSecond, proof);
    expect(learned).toEqual([true, false]);
    expect(filled.latest(owner)).toEqual(second);
    expect(filled.latest('a')).toBeUndefined();
  });

  it('tells the guardians of a set in one order, whoever wrote them in which', () => {
    const turned = { ...second, members: [...second.members].reverse() };
    const proofs = [toSecond, stop(first, turned)];
    for (const some of [proofs, [...proofs].reverse()]) {
      const { book: filled, learned } = book(...some);
      expect(learned).toEqual([true, false]);
      expect(filled.latest(owner)).toEqual(second);
    }
  });

  it('keeps an owner who lies apart: all sets of an epoch vouch, the same one is told everywhere', () => {
    const other = setOf(2, 'y', 'z', 'x');
    const later = setOf(3, 'y');
    const proofs = [...stops, stop(first, other), stop(other, later, 'y', 'z')];
    const turned = { ...other, members: [...other.members].reverse() };
    fc.assert(
      fc.property(
        fc.shuffledSubarray([...proofs, stop(first, turned)], { minLength: 6 }),
        (some) => {
          const { book: filled } = book(...some);
          expect(filled.setOf(owner, 2)).toEqual(second);
          expect(filled.latest(owner)).toEqual(fourth);
          expect(filled.vouchedBy(reclaim(second))).toBe(owner);
          expect(filled.vouchedBy(reclaim({ ...other, members: other.members.slice(0, 2) }))).toBe(
            owner,
          );
        },
      ),
    );
  });
});

const bare: RecordBody = {
  network,
  pool: 'default',
  prefix: '10.0.0.0/24',
  version: 2,
  owner: 'heir',
  predecessors: ['1'.repeat(64)],
  kind: 'reclaim',
};

/** A reclaim with the votes of a set, or a take-back with those of a seal. */
function reclaim(
  set: GuardianSet,
  kind: 'reclaim' | 'take-back' = 'reclaim',
  sealed = false,
): SignedRecord {
  const body = { ...bare, kind };
  const shown = certificate({ set, sealed, record: recordId(body) });
  return { ...signRecord(fakeSigner('heir'), body), certificate: encodeCertificate(shown) };
}

describe('who vouches for a record', () => {
  it('is the owner of the register, once the set of the epoch is proven', () => {
    const record = reclaim(third);
    const { book: filled } = book(toSecond);
    expect(filled.vouchedBy(record)).toBeUndefined();
    filled.add(toThird);
    expect(filled.vouchedBy(record)).toBe(owner);
    expect(filled.vouchedBy(reclaim(setOf(3, 'a', 'b')))).toBeUndefined();
    expect(filled.vouchedBy({ ...record, body: { ...bare, owner: 'thief' } })).toBeUndefined();
    expect(filled.vouchedBy(signRecord(fakeSigner(owner), bare))).toBeUndefined();
    expect(filled.vouchedBy({ ...record, certificate: Uint8Array.of(0xff) })).toBeUndefined();
  });

  it('is in the first epoch the owner itself, on any store', () => {
    const { book: filled } = book();
    expect(filled.vouchedBy(reclaim(setOf(1, owner)))).toBe(owner);
    expect(
      filled.vouchedBy(reclaim({ epoch: 1, members: [{ member: owner, store: 'new' }] })),
    ).toBe(owner);
    expect(filled.vouchedBy(reclaim(setOf(1, 'heir')))).toBeUndefined();
    expect(filled.vouchedBy(reclaim(setOf(0, owner)))).toBeUndefined();
  });

  it('of a take-back is the member whose register is sealed', () => {
    const { book: filled } = book();
    expect(filled.vouchedBy(reclaim(setOf(1, owner), 'take-back', true))).toBe(owner);
    expect(filled.vouchedBy(reclaim(setOf(1, owner), 'take-back'))).toBeUndefined();
  });
});

describe('who is gone', () => {
  it('is told by a seal that is believed, early or late', () => {
    const seal = proofOf(network, certificate({ set: second, sealed: true }));
    const early = book(seal, toSecond, seal);
    expect(early.learned).toEqual([false, true, false]);
    expect([early.book.isGone(owner), early.book.isGone('a')]).toEqual([true, false]);
    const late = book(toSecond, seal, seal);
    expect(late.learned).toEqual([true, true, false]);
    expect(late.book.isGone(owner)).toBe(true);
  });

  it('is told by no seal that too few voted for', () => {
    const seal = certificate({
      set: second,
      sealed: true,
      voters: setOf(2, 'a').members,
    });
    expect(book(toSecond, proofOf(network, seal)).book.isGone(owner)).toBe(false);
  });
});
