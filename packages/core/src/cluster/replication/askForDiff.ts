/** Asks a peer for what this node lacks of the set. */
import type { MemberId } from '../../membership/types.ts';
import { peerOf, send, type Turn } from '../state/index.ts';

/** The same peer is asked for a diff at most this often. */
const diffPauseMs = 500;

/** Asks a peer for what we lack. Not twice within a pause, unless something waits for the answer. */
export function askForDiff(turn: Turn, to: MemberId, isUrgent = false): void {
  const { env, state } = turn;
  const peer = peerOf(state, env, to);
  if (!peer.connected) return;
  if (!isUrgent && env.nowMs - peer.syncedAtMs < diffPauseMs) return;
  peer.syncedAtMs = env.nowMs;
  sendVector(turn, to, true);
}

export function sendVector(turn: Turn, to: MemberId, reply: boolean): void {
  const { replica } = turn.env;
  send(turn, to, { type: 'syncVector', hash: replica.hash(), vector: replica.vector(), reply });
}
