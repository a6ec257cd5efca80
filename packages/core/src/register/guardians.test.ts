import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  ballotAfter,
  type Candidate,
  chooseGuardians,
  compareBallots,
  effectiveSet,
  quorumOf,
  sameSet,
} from './index.ts';

function cluster(size: number, zones = 0): readonly Candidate[] {
  return Array.from({ length: size }, (_, index) => ({
    member: `m${index}`,
    store: `s${index}`,
    zone: zones === 0 ? '' : `z${index % zones}`,
  }));
}

const names = (members: readonly Candidate[], self = 'm0'): readonly string[] =>
  chooseGuardians(members, self).map(({ member }) => member);
const quorum = (members: readonly Candidate[]): number =>
  quorumOf({ epoch: 1, members: chooseGuardians(members, 'm0') });

describe('guardians by cluster size', () => {
  it.each([
    [1, 1, 1],
    [2, 1, 1],
    [3, 3, 2],
    [4, 4, 3],
    [5, 4, 3],
    [6, 4, 3],
    [50, 4, 3],
  ])('%i members: %i guardians, quorum %i', (size, count, needed) => {
    const members = cluster(size);
    expect(names(members)).toHaveLength(count);
    expect(quorum(members)).toBe(needed);
    expect(names(members).includes('m0')).toBe(size < 5);
  });

  it('two a zone from seven members in three zones', () => {
    const members = cluster(9, 3);
    const zones = names(members).map((name) => Number(name.slice(1)) % 3);
    expect(zones.sort()).toEqual([0, 0, 1, 1, 2, 2]);
    expect(quorum(members)).toBe(4);
    expect(names(cluster(6, 3))).toHaveLength(4);
    expect(names(cluster(9, 2))).toHaveLength(4);
    expect(new Set(names(cluster(9, 9)).map((name) => name)).size).toBe(4);
  });

  it('spreads four over zones as far as there are any', () => {
    const zones = names(cluster(20, 2)).map((name) => Number(name.slice(1)) % 2);
    expect(zones.sort()).toEqual([0, 0, 1, 1]);
  });

  it('depends on no order, and one member that comes or goes changes at most one guardian', () => {
    fc.assert(
      fc.property(fc.integer({ min: 6, max: 40 }), fc.nat(39), fc.nat(39), (size, gone, self) => {
        const members = cluster(size);
        const me = `m${self % size}`;
        const before = names(members, me);
        expect(names([...members].reverse(), me)).toEqual(before);
        const left = `m${gone % size}`;
        if (left === me || size === 6) return;
        const after = names(
          members.filter(({ member }) => member !== left),
          me,
        );
        const kept = before.filter((each) => after.includes(each)).length;
        expect(kept).toBe(before.includes(left) ? 3 : 4);
      }),
    );
  });

  it('names guardians in order, with their stores', () => {
    fc.assert(
      fc.property(fc.shuffledSubarray([...cluster(12, 3)], { minLength: 1 }), (members) => {
        const self = members[0]?.member as string;
        const chosen = chooseGuardians(members, self);
        expect(chosen.map(({ member }) => member)).toEqual(
          chosen.map(({ member }) => member).sort(),
        );
        for (const { member, store } of chosen) expect(store).toBe(member.replace('m', 's'));
      }),
    );
  });

  it('counts zones that are named only, and needs three with two others each', () => {
    const zoned = (zones: readonly string[]): readonly Candidate[] =>
      zones.map((zone, index) => ({ member: `m${index}`, store: `s${index}`, zone }));
    const six = names(zoned(['', 'a', 'a', 'b', 'b', 'c', 'c']));
    expect(six).toEqual(['m1', 'm2', 'm3', 'm4', 'm5', 'm6']);
    expect(names(zoned(['a', 'a', 'a', 'b', 'b', 'c', 'c']))).toHaveLength(6);
    expect(names(zoned(['a', 'a', 'b', 'b', 'c', 'c', 'c']))).toHaveLength(4);
    expect(names(zoned(['a', '', '', 'b', 'b', 'c', 'c', '', '']))).toHaveLength(4);
    expect(names(zoned([...'abcd', ...'abcd', 'a']))).toHaveLength(6);
    const unnamed = names(zoned(['a', '', '', '', 'b', 'b', 'b', 'b']));
    expect(unnamed.filter((name) => ['m4', 'm5', 'm6', 'm7'].includes(name)).length).toBeLessThan(
      3,
    );
  });

  it('spreads the duty evenly', () => {
    const members = cluster(40);
    const duties = new Map<string, number>();
    for (const { member } of members) {
      for (const each of names(members, member)) duties.set(each, (duties.get(each) ?? 0) + 1);
    }
    expect(Math.max(...duties.values())).toBeLessThan(13);
  });
});

describe('ballots and sets', () => {
  it('order by counter, proposer, start', () => {
    const ballots = [
      { counter: 1, proposer: 'b', bootNonce: 'n' },
      { counter: 2, proposer: 'a', bootNonce: 'm' },
      { counter: 2, proposer: 'a', bootNonce: 'n' },
      { counter: 2, proposer: 'b', bootNonce: 'a' },
      ballotAfter(2, 'a', 'a'),
    ];
    expect([...ballots].reverse().sort(compareBallots)).toEqual(ballots);
  });

  it('name the same guardians in any order, and the owner where they name nobody', () => {
    const a = { member: 'a', store: '1' };
    const b = { member: 'b', store: '2' };
    expect(sameSet({ epoch: 1, members: [a, b] }, { epoch: 1, members: [b, a] })).toBe(true);
    expect(sameSet({ epoch: 1, members: [a] }, { epoch: 2, members: [a] })).toBe(false);
    expect(sameSet({ epoch: 1, members: [a] }, { epoch: 1, members: [{ ...a, store: '2' }] })).toBe(
      false,
    );
    expect(effectiveSet({ epoch: 1, members: [] }, 'a', '1')).toEqual({ epoch: 1, members: [a] });
  });
});
