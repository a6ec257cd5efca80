/** Who has not been heard of for how long. Pacing and courtesy: safety never depends on it. */
import type { MemberId } from '../../membership/types.ts';
import { silentHeartbeats } from '../../register/index.ts';
import type { Turn } from '../state/index.ts';
import { estateOf, type NodeState } from '../state/index.ts';

/** Milliseconds since a member was heard, counted from our own start at most. */
export function silentMs({ state, env }: Turn, member: MemberId): number {
  const heardMs = state.peers.get(member)?.lastHeardMs;
  return env.nowMs - Math.max(state.startedAtMs, heardMs ?? Number.NEGATIVE_INFINITY);
}

/** True when a member is connected and said something within three heartbeats: a connection may be half open. */
export function isTalking(turn: Turn, member: MemberId): boolean {
  const { peers, tuning } = turn.state;
  if (peers.get(member)?.connected !== true) return false;
  return silentMs(turn, member) < silentHeartbeats * tuning.heartbeatMs;
}

/** True when a member was silent for the reclaim delay, while we hear most of the others. */
export function isSilent(turn: Turn, member: MemberId): boolean {
  return silentMs(turn, member) >= turn.state.tuning.reclaimMs && hearsMost(turn, member);
}

function hearsMost({ state, env }: Turn, but: MemberId): boolean {
  const { members, registers } = env.replica;
  let others = 0;
  let heard = 0;
  for (const member of members.keys()) {
    if (member === but || member === state.member || registers.isGone(member)) continue;
    others += 1;
    if (state.peers.get(member)?.connected === true) heard += 1;
  }
  return heard * 2 >= others;
}

/** True when this node's own register is sealed: it takes nothing any more, and only keeps registers of others. */
export function hasEnded({ state }: Turn): boolean {
  return estateOf(state).sealed === true;
}

/** Members that count: announced, and neither left nor forgotten. This one included. */
export function livingMembers({ state, env }: Turn): readonly MemberId[] {
  const { members, registers } = env.replica;
  const known = [...members.keys()].filter((member) => !registers.isGone(member));
  return known.includes(state.member) ? known : [...known, state.member];
}

/** All that live and all that own something in the view: of a few the announcement may not have come yet. */
export function knownMembers(turn: Turn): readonly MemberId[] {
  const { view, registers } = turn.env.replica;
  const owners = view.pools.flatMap((pool) => [...view.shares(pool).keys()]);
  const all = new Set([...livingMembers(turn), ...owners]);
  return [...all].filter((member) => !registers.isGone(member)).sort();
}

/** Connected, or this node itself. */
export function isReachable(state: NodeState, member: MemberId): boolean {
  return member === state.member || state.peers.get(member)?.connected === true;
}
