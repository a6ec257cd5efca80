/** Entries of the set that came over gossip. */

import type { Input } from '../contract/index.ts';
import { receiveUpdate } from '../replication/index.ts';
import type { Turn } from '../state/index.ts';
import { peerOf } from '../state/index.ts';

/** An update came over gossip. */
export function onGossip(turn: Turn, input: Extract<Input, { type: 'gossip' }>): void {
  peerOf(turn.state, turn.env, input.from).lastHeardMs = turn.env.nowMs;
  const { refused } = receiveUpdate(turn, input.from, input.update);
  if (refused?.code === 'invalid') {
    turn.effects.push({ type: 'reject', message: refused.message });
  }
}
