/** Sets of guardians: who is in one, and how many of them decide. */
import type { Guardian, GuardianSet } from '../estate/types.ts';
import type { MemberId } from '../membership/types.ts';

/**
 * Guardians that decide together: a majority. 1 of 1, 2 of 3, 3 of 4, 4 of 6. With N guardians and quorum Q
 * a register survives N-Q crashes and 2Q-N-1 rollbacks that nobody notices.
 */
export function quorumOf(set: GuardianSet): number {
  return Math.floor(set.members.length / 2) + 1;
}

/** The set that an estate names: nobody means the owner's own store. */
export function effectiveSet(set: GuardianSet, owner: MemberId, store: string): GuardianSet {
  return set.members.length > 0 ? set : { ...set, members: [{ member: owner, store }] };
}

/** One guardian, as a key of maps. A member with another store is another guardian. */
export function guardianKey({ member, store }: Guardian): string {
  return `${member}/${store}`;
}

/** Is this very store in the set? */
export function isGuardian(set: GuardianSet, guardian: Guardian): boolean {
  const key = guardianKey(guardian);
  return set.members.some((each) => guardianKey(each) === key);
}

/** The same epoch and the same guardians, in whatever order. */
export function sameSet(a: GuardianSet, b: GuardianSet): boolean {
  if (a === b) return true;
  if (a.epoch !== b.epoch || a.members.length !== b.members.length) return false;
  return setText(a) === setText(b);
}

/** One text for each set: equal sets have equal texts. */
export function setText(set: GuardianSet): string {
  let text = texts.get(set);
  if (text === undefined) {
    text = [`${set.epoch}`, ...set.members.map(guardianKey).sort()].join(' ');
    texts.set(set, text);
  }
  return text;
}

/** Sets are never changed, and compared again and again. */
const texts = new WeakMap<GuardianSet, string>();
