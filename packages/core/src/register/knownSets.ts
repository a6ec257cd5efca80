/**
 * The guardian sets that are proven, by owner and epoch. Each is kept once, its guardians and the sets of
 * one epoch in one order, so that the answers do not depend on who told what first.
 */
import type { GuardianSet } from '../estate/types.ts';
import type { MemberId } from '../membership/types.ts';
import { guardianKey, setText } from './quorum.ts';

const nobody: readonly GuardianSet[] = [];

/** What is known of one owner. */
interface Chain {
  readonly sets: Map<number, readonly GuardianSet[]>;
  latest: number;
}

/** See the module. */
export class KnownSets {
  private readonly chains = new Map<MemberId, Chain>();

  /** False when the set was known. */
  add(owner: MemberId, told: GuardianSet): boolean {
    const set = inOrder(told);
    const { epoch } = set;
    const chain: Chain = this.chains.get(owner) ?? { sets: new Map(), latest: 0 };
    this.chains.set(owner, chain);
    const known = chain.sets.get(epoch) ?? nobody;
    const text = setText(set);
    if (known.some((each) => setText(each) === text)) return false;
    chain.sets.set(
      epoch,
      [...known, set].sort((a, b) => compare(setText(a), setText(b))),
    );
    chain.latest = Math.max(chain.latest, epoch);
    return true;
  }

  /** All sets of an epoch, the one with the smallest text first. */
  of(owner: MemberId, epoch: number): readonly GuardianSet[] {
    return this.chains.get(owner)?.sets.get(epoch) ?? nobody;
  }

  /** The first of the highest epoch, when that is above 1: the first epoch was never changed to. */
  latest(owner: MemberId): GuardianSet | undefined {
    const latest = this.chains.get(owner)?.latest ?? 0;
    return latest > 1 ? this.of(owner, latest)[0] : undefined;
  }
}

const ordered = new WeakMap<GuardianSet, GuardianSet>();

/** The same set, its guardians in order; the same object for the same object. */
function inOrder(set: GuardianSet): GuardianSet {
  let known = ordered.get(set);
  if (known === undefined) {
    const { epoch } = set;
    const members = [...set.members].sort((a, b) => compare(guardianKey(a), guardianKey(b)));
    known = { epoch, members };
    ordered.set(set, known);
  }
  return known;
}

function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
