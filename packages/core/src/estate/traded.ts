/**
 * With how many members a register may trade. Each leaves its counters there for ever, some 110 bytes, and a whole
 * value must fit into one message when guardians change: so there is a bound, well before that.
 *
 * What a dead member had on its way, and what one that leaves hands over, is taken all the same.
 */
import type { MemberId } from '../membership/types.ts';
import type { Estate } from './types.ts';

/** Members that a node gives to or asks, all its life. With 1,000 open blocks that takes 0.6 of a message. */
export const mostTraded = 4096;

/** True when nobody is asked, and given to, for the first time any more. */
export function isTradedOut({ in: taken, out: given }: Estate): boolean {
  const gave = Object.keys(given);
  const counted = Object.keys(taken).length;
  if (gave.length + counted < mostTraded) return false;
  return gave.filter((member) => taken[member] === undefined).length + counted >= mostTraded;
}

/** May space go from or to this member: were there dealings with it before, or is there room for one more? */
export function mayTrade(estate: Estate, member: MemberId): boolean {
  const isKnown = estate.in[member] !== undefined || estate.out[member] !== undefined;
  return isKnown || !isTradedOut(estate);
}
