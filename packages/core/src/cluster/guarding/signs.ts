/**
 * Signs of life of those whose registers are kept here. What a guardian hears paces the start of a second process of an
 * owner, and says whose reserve may be taken over.
 */
import type { MemberId } from '../../membership/types.ts';
import type { Message } from '../contract/index.ts';
import { send, type Turn } from '../state/index.ts';
import { feed, keptKey, latestKept } from './acceptors.ts';

type Heartbeat = Extract<Message, { type: 'heartbeat' }>;

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
