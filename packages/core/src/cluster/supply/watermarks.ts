/**
 * How much a node keeps at hand: commits a block when few free addresses are left, asks for more when
 * the reserve runs low, withdraws blocks that stay empty.
 *
 * Guarantees: one wish leads to one block, however often it is repeated; a block is withdrawn only while
 * `highFree` free addresses and the low mark remain without it. The pace of ADDs raises the low mark, up to
 * `highFree`, for blocks that are at hand in reserve; others are asked for no more than without it.
 */
import { pickCommit, reserveBlocks } from '../../estate/index.ts';
import type { Pool } from '../../membership/types.ts';
import { freeCommitted, quarantine, usableEstate, watchStrays } from '../blocks/index.ts';
import type { Input } from '../contract/index.ts';
import { askForSpace } from '../exchange/index.ts';
import type { Intent, Turn } from '../state/index.ts';
import { blockKey, demandOf, estateOf, type NodeState } from '../state/index.ts';
import { intend, isOnItsWay } from '../writes/index.ts';
import { leadMs, lowMark, quicken } from './pace.ts';

/** A wish that arrives this soon after a block was opened has not seen that block yet. */
const freshMs = 1_000;

function isCommitting(state: NodeState, pool: string): boolean {
  const commits = (intent: Intent): boolean =>
    intent.kind === 'change' && intent.change.kind === 'commit' && intent.change.pool === pool;
  if (isOnItsWay(state, commits)) return true;
  for (const block of state.blocks.values()) {
    if (block.phase === 'publishing' && block.pool === pool) return true;
  }
  return false;
}

/** Sees to it that a pool has enough: commit, else ask. */
function ensureSpace(turn: Turn, pool: Pool): void {
  const { state, env } = turn;
  if (!state.booted || state.quarantined || state.isLeaving) return;
  if (isCommitting(state, pool.name)) return;
  const demand = demandOf(state, pool.name);
  const usable = usableEstate(env.replica.view, estateOf(state));
  const free = freeCommitted(state, pool);
  const isShort = demand.wanted || free < state.tuning.lowFree;
  const isBrisk = free < lowMark(demand.pace, state.tuning, env.nowMs);
  const block = isShort || isBrisk ? pickCommit(usable, pool) : undefined;
  const left = reserveBlocks(usable.holdings, pool.name, pool.blockLength);
  if (block !== undefined) {
    intend(turn, { kind: 'change', change: { kind: 'commit', pool: pool.name, block } });
  }
  const needed = isShort && block === undefined;
  const isLow = (block === undefined ? left : left - 1) < state.tuning.reserveBlocks;
  if (needed || isLow) askForSpace(turn, pool, needed);
  else if (demand.round === undefined) demand.answers = new Map();
}

/** `ensureSpace` for every pool. */
export function ensureAll(turn: Turn): void {
  for (const pool of turn.state.pools.values()) ensureSpace(turn, pool);
}

/** A plugin found nothing free and waits. */
export function onWanted(turn: Turn, name: string): void {
  const { state, env } = turn;
  const pool = state.pools.get(name);
  if (pool === undefined) return;
  const demand = demandOf(state, name);
  if (hasFresh(state, name, env.nowMs) && freeCommitted(state, pool) > 0) return;
  if (!demand.wanted) {
    demand.pausedUntilMs = Math.min(demand.pausedUntilMs, env.nowMs);
  }
  demand.wanted = true;
  ensureSpace(turn, pool);
}

function hasFresh(state: NodeState, pool: string, nowMs: number): boolean {
  for (const block of state.blocks.values()) {
    if (block.pool !== pool || block.phase !== 'open') continue;
    if (nowMs - block.publishedAtMs < freshMs) return true;
  }
  return false;
}

/** The run directory's count of what is used. A block that is not listed is empty. */
export function onUsage(turn: Turn, input: Extract<Input, { type: 'usage' }>): void {
  const { state, env } = turn;
  const used = new Map(input.blocks.map((each) => [blockKey(each.pool, each.prefix), each.used]));
  const taken = new Map<string, number>();
  for (const [key, block] of state.blocks) {
    const before = block.used;
    block.used = used.get(key) ?? 0;
    const more = block.isCounted ? Math.max(0, block.used - before) : 0;
    block.isCounted = true;
    if (more > 0) taken.set(block.pool, (taken.get(block.pool) ?? 0) + more);
    if (block.used > 0) block.emptySinceMs = undefined;
    else block.emptySinceMs ??= env.nowMs;
  }
  watchStrays(turn);
  for (const [pool, count] of taken) {
    const demand = demandOf(state, pool);
    demand.pace = quicken(demand.pace, count, env.nowMs, leadMs(state.tuning));
  }
}

/** A block is open in the run directory: for the first time, or still, because it came into use again. */
export function onPublished(turn: Turn, input: Extract<Input, { type: 'published' }>): void {
  const { state, env } = turn;
  const block = state.blocks.get(blockKey(input.pool, input.prefix));
  if (block?.phase === 'withdrawing') block.phase = 'open';
  if (block?.phase !== 'publishing' && block?.phase !== 'late') return;
  block.phase = 'open';
  block.publishedAtMs = env.nowMs;
  demandOf(state, input.pool).wanted = false;
}

/** Withdraws blocks that have been empty for long, while enough free addresses remain. */
export function withdrawDue(turn: Turn): void {
  const { state, env } = turn;
  for (const pool of state.pools.values()) {
    let free = freeCommitted(state, pool);
    const { pace } = demandOf(state, pool.name);
    const least = Math.max(state.tuning.highFree, lowMark(pace, state.tuning, env.nowMs));
    for (const block of state.blocks.values()) {
      if (block.pool !== pool.name || block.phase !== 'open') continue;
      if (block.emptySinceMs === undefined) continue;
      if (env.nowMs - block.emptySinceMs < state.tuning.withdrawAfterMs) continue;
      const rest = free - block.usable;
      if (rest < least) continue;
      free = rest;
      block.phase = 'withdrawing';
      turn.effects.push({ type: 'withdrawBlock', pool: pool.name, prefix: block.prefix });
    }
  }
}

/** A withdrawn block is gone from the run directory: it goes back to reserve, if it is ours. */
export function onWithdrawn(turn: Turn, input: Extract<Input, { type: 'withdrawn' }>): void {
  const { state } = turn;
  const key = blockKey(input.pool, input.prefix);
  const block = state.blocks.get(key);
  if (block === undefined) return;
  // In quarantine nothing is given up: another process may use what is in the register, or it is others' already.
  if (state.quarantined || block.phase === 'lost') {
    state.blocks.delete(key);
    return watchStrays(turn);
  }
  block.phase = 'withdrawn';
  const change = { kind: 'release' as const, pool: input.pool, block: input.prefix };
  intend(turn, { kind: 'change', change });
}

const whatWasLost = {
  block:
    'is gone from the run directory, and this agent did not remove it: containers may still use its addresses, so it is not opened again; stop all containers of this node and reboot it, or bring the directory back',
  entries:
    'has lost links in the run directory that say which addresses are taken, and this agent did not remove them: containers may still use addresses of it that look free, so it gives no new ones and is not given away; stop all containers of this node and reboot it, and keep whatever tidies up there away from the run directory',
  notes:
    'is not opened, because the run directory was removed or replaced since this machine started, and containers may use its addresses; stop all containers of this node and reboot it, or bring the directory back',
} as const;

/** Somebody wiped the run directory, or links in it, while containers may live: stop, and say so. */
export function onWiped(turn: Turn, input: Extract<Input, { type: 'wiped' }>): void {
  quarantine(turn, blockKey(input.pool, input.prefix), {
    code: 'wiped',
    message: `block ${input.prefix} of pool ${input.pool} ${whatWasLost[input.lost]}`,
  });
}
