/** Blocks of forgotten members rest here before anybody may use them. */
import type { Turn } from '../state/index.ts';
import { blockKey, estateOf } from '../state/index.ts';
import { intend } from '../writes/index.ts';

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

/** While a forgotten member is heard, its containers may live: nothing of that kind ends its rest. */
export function postponeRests({ state, env }: Turn): void {
  if (state.rests.size === 0) return;
  const isHeard = [...state.peers].some(
    ([member, peer]) => peer.connected && env.replica.registers.isGone(member),
  );
  if (!isHeard) return;
  const leastMs = env.nowMs + 2 * state.tuning.heartbeatMs;
  for (const [key, atMs] of state.rests) state.rests.set(key, Math.max(atMs, leastMs));
}

/** Blocks of a forgotten member rest here; the clock starts anew at each start of the agent. */
export function valueChanged({ state, env }: Turn): void {
  const keys = new Set<string>();
  for (const { pool, prefix, use } of state.register.value.estate.holdings) {
    if (use !== 'resting') continue;
    const key = blockKey(pool, prefix);
    keys.add(key);
    if (!state.rests.has(key)) state.rests.set(key, env.nowMs + state.tuning.restMs);
  }
  for (const key of state.rests.keys()) if (!keys.has(key)) state.rests.delete(key);
}
