/** Why a member is not forgotten though an operator wants it: in words, with what it means and what to do. */
import type { MemberId } from '../../membership/types.ts';
import { hasEnded, isReachable } from '../members/index.ts';
import type { Care, Turn } from '../state/index.ts';

/** What stands against it from the start. */
export function forgetProblem(turn: Turn, member: MemberId): string | undefined {
  const { state, env } = turn;
  if (member === state.member) return 'a node cannot forget itself: run leave instead';
  if (!env.replica.members.has(member)) return `no member ${member} is known here`;
  if (hasEnded(turn)) return endedHere;
  if (!state.booted) return 'this node has not read its own register yet: try again later';
  if (state.quarantined) return 'this node is in quarantine: run it on another member';
  if (isReachable(state, member)) {
    return `${member} is connected right now: stop it first, or run leave there`;
  }
  return undefined;
}

/** What stands against it when all that is left is to seal. One guardian that hears the owner is enough: it lives. */
export function sealProblem(turn: Turn, care: Care): string | undefined {
  if (hasEnded(turn)) return endedHere;
  if (isReachable(turn.state, care.owner)) {
    return `${care.owner} is connected again: stop it first, or run leave there`;
  }
  return care.hearing.size > 0 ? heardReason(care) : undefined;
}

const endedHere =
  'this node left its cluster, or was forgotten, and can take nothing any more: run it on another member';

/** Who hears the owner, and what to do. */
export function heardReason({ owner, hearing }: Pick<Care, 'owner' | 'hearing'>): string {
  const who = [...hearing].sort().join(', ');
  const verb = hearing.size === 1 ? 'hears' : 'hear';
  return `${who} ${verb} ${owner}: it runs, and may be cut off from this node only. Run leave there, or power it off; once nobody hears it, three heartbeats after its end at the latest, forget it again`;
}
