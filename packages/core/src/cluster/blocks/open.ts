/** The blocks of this node in the run directory: opened, closed, withdrawn. */
import { prefixOf } from '../../address/index.ts';
import type { Cidr } from '../../address/types.ts';
import { bookPool, usableCount } from '../../book/index.ts';
import { ofUse } from '../../estate/index.ts';
import type { Pool } from '../../membership/types.ts';
import type { Durable, Turn } from '../state/index.ts';
import { blockKey, estateOf, type NodeState } from '../state/index.ts';

/**
 * A block that is not open this long after it was asked for is not counted on: an earlier life of this
 * agent was draining it, and its containers may stay for ever. Milliseconds.
 */
export const openingMs = 2_000;

/** Addresses that containers could take now, in blocks that are open or about to be. */
export function freeCommitted(state: NodeState, pool: Pool): number {
  let free = 0;
  for (const block of state.blocks.values()) {
    if (block.phase !== 'open' && block.phase !== 'publishing') continue;
    if (block.pool === pool.name) free += Math.max(0, block.usable - block.used);
  }
  return free;
}

/**
 * Publishes a committed block: opens it for new addresses. `isNew`: it was committed just now, and is empty. What lies
 * there already is told with the start; its use is told again only when it changes. A write that was under way when
 * this node went into quarantine opens nothing.
 */
export function publish(turn: Turn, _: Durable, pool: Pool, prefix: Cidr, isNew: boolean): void {
  const { state, env } = turn;
  if (state.quarantined) return;
  const key = blockKey(pool.name, prefix);
  const found = state.blocks.get(key);
  // It is on its way out, from a time when it was not ours: that ends first, and it goes back to reserve.
  if (found?.phase === 'lost') {
    found.phase = 'withdrawing';
    return;
  }
  state.blocks.set(key, {
    pool: pool.name,
    prefix,
    phase: 'publishing',
    publishedAtMs: env.nowMs,
    usable: usableCount(bookPool(pool), prefixOf(prefix)),
    used: found?.used ?? 0,
    isCounted: isNew || found !== undefined,
    emptySinceMs: found === undefined ? env.nowMs : found.emptySinceMs,
  });
  turn.effects.push({ type: 'publishBlock', pool: pool.name, prefix });
}

/** Opens every committed block after a start. */
export function publishAll(turn: Turn, durable: Durable): void {
  for (const pool of turn.state.pools.values()) {
    for (const { prefix } of ofUse(estateOf(turn.state).holdings, pool.name, 'committed')) {
      publish(turn, durable, pool, prefix, false);
    }
  }
}

/**
 * Opens what is committed though this start does not know that it did it: a write that was taken for lost is decided
 * all the same when another guardian builds upon it.
 */
export function publishMissing(turn: Turn, durable: Durable): void {
  const { state } = turn;
  if (!state.booted || state.quarantined || state.isLeaving) return;
  for (const pool of state.pools.values()) {
    for (const { prefix } of ofUse(estateOf(state).holdings, pool.name, 'committed')) {
      if (!state.blocks.has(blockKey(pool.name, prefix)))
        publish(turn, durable, pool, prefix, false);
    }
  }
}

/** Stops counting on blocks that should be open by now. */
export function openingDue(turn: Turn): void {
  const { state, env } = turn;
  for (const block of state.blocks.values()) {
    const isLate = env.nowMs - block.publishedAtMs >= openingMs;
    if (block.phase === 'publishing' && isLate) block.phase = 'late';
  }
}

/** Withdraws every block, as this node leaves. */
export function withdrawAll(turn: Turn): void {
  for (const block of turn.state.blocks.values()) {
    if (block.phase !== 'open' && block.phase !== 'late') continue;
    block.phase = 'withdrawing';
    const { pool, prefix } = block;
    // Closed first: a block that is in use is not withdrawn, and would go on giving addresses out.
    turn.effects.push(
      { type: 'closeBlock', pool, prefix },
      { type: 'withdrawBlock', pool, prefix },
    );
  }
}
