/** What registers need as time goes by, and when. */

import { postponeRests, restsDue } from '../blocks/rests.ts';
import { censusWakeMs } from '../census/authority.ts';
import { takeLeftovers } from '../census/leftovers.ts';
import { scan } from '../recovery/look.ts';
import { caresDue } from '../recovery/work.ts';
import { heartbeatDue } from '../register/heartbeat.ts';
import { ownDue, seedAll } from '../register/own.ts';
import type { NodeState } from '../state/state.ts';
import type { Turn } from '../state/turn.ts';

/** Everything about registers that is due. */
export function registersDue(turn: Turn): void {
  ownDue(turn);
  if (heartbeatDue(turn)) {
    turn.state.register.isSetStale = true;
    seedAll(turn);
    scan(turn);
    takeLeftovers(turn);
    postponeRests(turn);
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
