/**
 * Signs of life, to guardians only: once an interval, and a last one at a clean stop. What a guardian hears
 * paces the start of a second process of an owner, and says whose reserve may be taken over.
 */
import type { MemberId } from '../../membership/types.ts';
import { raise, send, type Turn } from '../turn.ts';
import type { Message } from '../types.ts';
import { feed, feedAll, keptKey, latestKept } from './guarding.ts';

type Heartbeat = Extract<Message, { type: 'heartbeat' }>;

/** Sends the sign of life that is due, and counts the silence of those whose registers are kept here. */
export function heartbeatDue(turn: Turn): boolean {
  const { state, env } = turn;
  if (env.nowMs < state.heartbeatAtMs) return false;
  state.heartbeatAtMs = env.nowMs + state.tuning.heartbeatMs * (0.9 + env.random() / 5);
  feedAll(turn, { type: 'heartbeat' });
  if (state.booted && !state.quarantined) beat(turn, false);
  return true;
}

/** The last one: the next start of this node is believed at once. */
export function lastHeartbeat(turn: Turn): void {
  if (turn.state.booted) beat(turn, true);
}

function beat(turn: Turn, isLast: boolean): void {
  const { state } = turn;
  for (const { member } of state.register.desk?.proposer.set.members ?? []) {
    if (member === state.member || state.peers.get(member)?.connected !== true) continue;
    send(turn, member, { type: 'heartbeat', bootNonce: state.bootNonce, isLast });
  }
}

/** An owner whose register is kept here lives. */
export function onHeartbeat(turn: Turn, from: MemberId, { bootNonce, isLast }: Heartbeat): void {
  onSign(turn, from, { type: isLast ? 'left' : 'heard', bootNonce });
}

/**
 * A start of an owner whose register is kept here says something. When another one was heard a moment ago both are
 * told of each other: which of the two the connection leads to, nobody knows.
 */
export function onSign(
  turn: Turn,
  from: MemberId,
  sign: { readonly type: 'heard' | 'left'; readonly bootNonce: string },
): void {
  const kept = latestKept(turn.state, from);
  if (kept === undefined) return;
  const { bootNonce } = sign;
  feed(turn, keptKey(from, kept.record.set.epoch), { type: sign.type, bootNonce });
  const heard = latestKept(turn.state, from)?.heard;
  if (sign.type === 'left' || heard === undefined || heard.bootNonce === bootNonce) return;
  for (const each of [heard.bootNonce, bootNonce]) {
    send(turn, from, { type: 'heartbeatReply', bootNonce: each });
  }
}

/** A guardian heard another start of ours a moment ago. */
export function onHeartbeatReply(turn: Turn, from: MemberId, bootNonce: string): void {
  const { state } = turn;
  const isGuardian = state.register.desk?.proposer.set.members.some(
    ({ member }) => member === from,
  );
  if (!isGuardian || bootNonce === state.bootNonce || state.nonces.includes(bootNonce)) return;
  raise(turn, '', {
    code: 'clone',
    message: `${from}, who keeps this node's register, hears another process with this node's key (start ${bootNonce}): stop one of the two, and give the copy a new key with a new state directory`,
  });
}

/**
 * The last connection to an owner is gone: its process ended, or cannot be heard from here. The next start is
 * believed at once; a copy of a process that is still connected is not.
 */
export function notHeard(turn: Turn, owner: MemberId): void {
  const kept = latestKept(turn.state, owner);
  if (kept?.heard === undefined) return;
  const { bootNonce } = kept.heard;
  feed(turn, keptKey(owner, kept.record.set.epoch), { type: 'left', bootNonce });
}
