/** What registers need as time goes by, and when. */

import { restsDue } from '../blocks/index.ts';
import { censusWakeMs, takeLeftovers } from '../census/index.ts';
import { goneHeard } from '../guarding/index.ts';
import { caresDue, scan } from '../recovery/index.ts';
import { heartbeatDue, ownDue, seedAll } from '../register/index.ts';
import type { NodeState, Turn } from '../state/index.ts';

/** Everything about registers that is due. */
export function registersDue(turn: Turn): void {
  ownDue(turn);
  if (heartbeatDue(turn)) {
    turn.state.register.isSetStale = true;
    seedAll(turn);
    scan(turn);
    takeLeftovers(turn);
    goneHeard(turn);
  }
  caresDue(turn);
  restsDue(turn);
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
