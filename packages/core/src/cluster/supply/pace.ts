/**
 * How fast addresses of a pool are being taken here, and how many free ones that asks for.
 *
 * Invariant: `level` is about the number of addresses that were taken within the last `leadMs`; `headroom` is
 * the highest level there was, halved every `halfLifeMs`. So a steady pace of r addresses a second asks for
 * r times the lead, and a burst of n for another n, for some minutes.
 */
import type { Tuning } from '../contract/index.ts';
import type { Pace } from '../state/index.ts';

/** A burst asks for half as much headroom after this time. */
export const halfLifeMs = 300_000;
/** Use is told at most once in this time. */
const usageEveryMs = 1_000;

/** From the moment when addresses run low to an open block: the count is old, and two donors are asked. */
export function leadMs({ requestTimeoutMs }: Pick<Tuning, 'requestTimeoutMs'>): number {
  return usageEveryMs + 2 * requestTimeoutMs;
}

/** The pace after `taken` more addresses were taken. A clock that stands or goes back changes nothing else. */
export function quicken(pace: Pace, taken: number, nowMs: number, lead: number): Pace {
  const passedMs = Math.max(0, nowMs - pace.atMs);
  const level = pace.level * Math.exp(-passedMs / lead) + taken;
  return { level, headroom: Math.max(headroomAt(pace, nowMs), level), atMs: nowMs };
}

/** How many free addresses the pace asks for. */
function headroomAt({ headroom, atMs }: Pace, nowMs: number): number {
  return headroom * 2 ** (-Math.max(0, nowMs - atMs) / halfLifeMs);
}

/**
 * The low mark: `lowFree`, more when the pace asks for it, but never more than `highFree`. Empty blocks are
 * withdrawn only while `highFree` remain: so no block leaves that this mark would bring back.
 */
export function lowMark(
  pace: Pace,
  { lowFree, highFree }: Pick<Tuning, 'lowFree' | 'highFree'>,
  nowMs: number,
): number {
  return Math.max(lowFree, Math.min(highFree, Math.ceil(headroomAt(pace, nowMs))));
}
