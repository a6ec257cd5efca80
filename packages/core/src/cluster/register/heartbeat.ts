/**
 * Signs of life, to guardians only: once an interval, and a last one at a clean stop. What a guardian hears
 * paces the start of a second process of an owner, and says whose reserve may be taken over.
 */
import type { MemberId } from '../../membership/types.ts';
import { feedAll } from '../guarding/index.ts';
import { raise, send, type Turn } from '../state/index.ts';

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
