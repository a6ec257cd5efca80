/**
 * The order of proposals: counter, then proposer, then boot nonce. Two proposers never share a ballot,
 * and neither do two starts of one proposer, because each start draws a new nonce.
 */
import type { MemberId } from '../membership/types.ts';
import type { Ballot } from './types.ts';

/** Below every proposal: the ballot under which a seeded guardian holds its first value. */
export const seedBallot: Ballot = { counter: 0, proposer: '', bootNonce: '' };

/** Negative, zero or positive. */
export function compareBallots(a: Ballot, b: Ballot): number {
  if (a.counter !== b.counter) return a.counter - b.counter;
  return compareTexts(a.proposer, b.proposer) || compareTexts(a.bootNonce, b.bootNonce);
}

/** Are both the same proposal? */
export function sameBallot(a: Ballot, b: Ballot): boolean {
  return compareBallots(a, b) === 0;
}

/** A ballot of this proposer above every counter seen so far. */
export function ballotAfter(counter: number, proposer: MemberId, bootNonce: string): Ballot {
  return { counter: counter + 1, proposer, bootNonce };
}

/** The same proposer's next ballot: promised to it together with the acceptance of this one. */
export function nextBallot(ballot: Ballot): Ballot {
  return { ...ballot, counter: ballot.counter + 1 };
}

function compareTexts(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
