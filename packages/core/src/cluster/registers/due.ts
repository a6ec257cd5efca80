/** What registers need as time goes by, and when. */
import { estateOf, type NodeState } from '../state.ts';
import type { Turn } from '../turn.ts';
import { intend } from '../writes.ts';
import { caresDue } from './care.ts';
import { censusWakeMs } from './census.ts';
import { heartbeatDue } from './heartbeat.ts';
import { ownDue, seedAll } from './own.ts';
import { scan } from './scan.ts';

/** Everything about registers that is due. */
export function registersDue(turn: Turn): void {
  ownDue(turn);
  if (heartbeatDue(turn)) {
    turn.state.register.isSetStale = true;
    seedAll(turn);
    scan(turn);
    postponeRests(turn);
  }
  caresDue(turn);
  restsDue(turn);
}

/** Blocks of forgotten members whose rest is over may be used. */
function restsDue(turn: Turn): void {
  const { state, env } = turn;
  if (!state.booted || state.quarantined) return;
  for (const { pool, prefix, use } of estateOf(state).holdings) {
    if (use !== 'resting') continue;
    const key = `${pool} ${prefix}`;
    const atMs = state.rests.get(key);
    if (atMs === undefined || env.nowMs < atMs) continue;
    state.rests.set(key, env.nowMs + state.tuning.persistRetryMs);
    intend(turn, { kind: 'change', change: { kind: 'rested', pool, prefix } });
  }
}

/** While a forgotten member is heard, its containers may live: nothing of that kind ends its rest. */
function postponeRests({ state, env }: Turn): void {
  if (state.rests.size === 0) return;
  const isHeard = [...state.peers].some(
    ([member, peer]) => peer.connected && env.replica.registers.isGone(member),
  );
  if (!isHeard) return;
  const leastMs = env.nowMs + 2 * state.tuning.heartbeatMs;
  for (const [key, atMs] of state.rests) state.rests.set(key, Math.max(atMs, leastMs));
}

/** The earliest time at which registers need another look. What cannot go on then waits for something to happen. */
export function registersWakeMs(state: NodeState, nowMs: number): number {
  const { desk, isSetStale, moveAtMs } = state.register;
  let atMs = Math.min(state.heartbeatAtMs, desk?.timeoutAtMs ?? Number.POSITIVE_INFINITY);
  atMs = Math.min(atMs, censusWakeMs(state.censuses.taken));
  if (!state.booted || state.quarantined) return atMs;
  if (isSetStale && moveAtMs > nowMs) atMs = Math.min(atMs, moveAtMs);
  for (const care of state.cares.values()) {
    atMs = Math.min(atMs, care.nextAtMs ?? care.desk.timeoutAtMs ?? Number.POSITIVE_INFINITY);
  }
  for (const restMs of state.rests.values()) atMs = Math.min(atMs, restMs);
  return atMs;
}
