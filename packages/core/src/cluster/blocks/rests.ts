/**
 * Blocks of forgotten members rest here before they are used: their containers may live still. Who says that a forgotten
 * one is heard stands in guarding/stillHeard.ts; here its word only postpones.
 */
import type { Turn } from '../state/index.ts';
import { blockKey, estateOf, type NodeState } from '../state/index.ts';
import { intend } from '../writes/index.ts';

/** Heartbeats that a rest lasts at least, from its beginning and from each word that its former owner is heard. */
const leastRest = 2;

/** Blocks of forgotten members whose rest is over may be used. */
export function restsDue(turn: Turn): void {
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

/** Nothing ends its rest for a while: of which member each block came is not known any more. */
export function postpone({ state, env }: Turn): void {
  const atMs = env.nowMs + leastRestMs(state);
  for (const [key, untilMs] of state.rests) state.rests.set(key, Math.max(untilMs, atMs));
}

/** So long that the word of a guardian comes in time. */
export function leastRestMs({ tuning }: NodeState): number {
  return leastRest * tuning.heartbeatMs;
}

/** Blocks of a forgotten member rest here; the clock starts anew at each start of the agent. */
export function valueChanged({ state, env }: Turn): void {
  const keys = new Set<string>();
  for (const { pool, prefix, use } of state.register.value.estate.holdings) {
    if (use !== 'resting') continue;
    const key = blockKey(pool, prefix);
    keys.add(key);
    const restMs = Math.max(state.tuning.restMs, leastRestMs(state));
    if (!state.rests.has(key)) state.rests.set(key, env.nowMs + restMs);
  }
  for (const key of state.rests.keys()) if (!keys.has(key)) state.rests.delete(key);
}
