/** When a node must look at the clock again. */

import { openingMs } from '../blocks/index.ts';
import type { Env } from '../contract/index.ts';
import { estateOf, type NodeState } from '../state/index.ts';
import { registersWakeMs } from './timetable.ts';

/** The earliest deadline, monotonic milliseconds; never in the past by more than the step itself. */
export function nextWakeMs(state: NodeState, env: Env): number {
  if (state.retryAtMs !== undefined) return state.retryAtMs;
  const least = env.nowMs + 1;
  const registersMs = registersWakeMs(state, env.nowMs);
  if (!state.booted) {
    return Math.max(least, Math.min(registersMs, env.nowMs + state.tuning.persistRetryMs));
  }
  let atMs = Math.min(state.syncAtMs, registersMs);
  for (const { to } of estateOf(state).outbox) {
    const peer = state.peers.get(to);
    if (peer?.connected) atMs = Math.min(atMs, peer.resendAtMs);
  }
  for (const { round, pausedUntilMs } of state.demands.values()) {
    if (round !== undefined) atMs = Math.min(atMs, round.deadlineMs);
    else if (pausedUntilMs > env.nowMs) atMs = Math.min(atMs, pausedUntilMs);
  }
  if (state.isLeaving && !state.hasLeft) {
    atMs = Math.min(atMs, env.nowMs + state.tuning.persistRetryMs);
  }
  return Math.max(Math.min(atMs, blocksWakeMs(state, env)), least);
}

/** When a block has been empty, or on its way to be open, for long enough. */
function blocksWakeMs(state: NodeState, env: Env): number {
  let atMs = Number.POSITIVE_INFINITY;
  const { withdrawAfterMs } = state.tuning;
  for (const { phase, emptySinceMs, publishedAtMs } of state.blocks.values()) {
    if (phase === 'publishing') atMs = Math.min(atMs, publishedAtMs + openingMs);
    if (phase !== 'open' || emptySinceMs === undefined) continue;
    const dueMs = emptySinceMs + withdrawAfterMs;
    if (dueMs > env.nowMs) atMs = Math.min(atMs, dueMs);
  }
  return atMs;
}
