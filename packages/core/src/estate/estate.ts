/** The estate of a member that owns nothing, or what its genesis gives it. */
import type { MemberId } from '../membership/types.ts';
import { normalise } from './holdings.ts';
import type { Estate, Holding } from './types.ts';

/** A first estate. Made once in a member's life: by `init`, or by its first `join`. */
export function firstEstate(member: MemberId, holdings: readonly Holding[]): Estate {
  return {
    member,
    holdings: normalise(holdings),
    out: {},
    in: {},
    outbox: [],
    guardians: { epoch: 1, members: [] },
    bootNonce: '',
  };
}

/** Last counter of a grant to `member` that it has acknowledged. */
export function acknowledgedCounter(estate: Estate, member: MemberId): number {
  let counter = estate.out[member] ?? 0;
  for (const entry of estate.outbox) {
    if (entry.to === member) counter = Math.min(counter, entry.counter - 1);
  }
  return counter;
}
