/**
 * What lies in the run directory and is not this node's: blocks that others have taken, or that an earlier life of this
 * node left, or another member on this machine.
 *
 * Guarantee: as soon as the decided estate is known, every block that it does not have is closed. Until then a run
 * directory that survived goes on serving (rule R4).
 */
import type { Estate } from '../../estate/index.ts';
import type { BlockUsage } from '../contract/index.ts';
import { blockKey, estateOf, lower, type NodeState, raise, type Turn } from '../state/index.ts';
import { close, quarantine } from './quarantine.ts';

/** Notes what lay in the run directory when the agent started. */
export function takeUp({ state, env }: Turn, found: readonly BlockUsage[]): void {
  for (const { pool, prefix, used } of found) {
    state.blocks.set(blockKey(pool, prefix), {
      pool,
      prefix,
      phase: 'found',
      publishedAtMs: env.nowMs,
      usable: 0,
      used,
      isCounted: true,
      emptySinceMs: used > 0 ? undefined : env.nowMs,
    });
  }
}

/** Closes all that the estate, which is decided, does not have. */
export function letGo(turn: Turn, estate: Estate): void {
  if (estate.sealed) return letGoOfAll(turn);
  const { state, effects } = turn;
  const mine = new Set<string>();
  for (const { pool, prefix, use } of estate.holdings) {
    if (use === 'committed') mine.add(blockKey(pool, prefix));
  }
  for (const [key, block] of state.blocks) {
    const { pool, prefix, phase } = block;
    if (mine.has(key) || phase === 'closed' || phase === 'lost' || phase === 'withdrawn') continue;
    close(turn, pool, prefix);
    block.phase = 'lost';
    effects.push({ type: 'withdrawBlock', pool, prefix });
  }
  watchStrays(turn);
}

/** An alarm stands as long as containers live in blocks that were let go of. Called when their use may have changed. */
export function watchStrays(turn: Turn): void {
  const blocks = [...turn.state.blocks.values()];
  if (!blocks.some(({ phase, used }) => phase === 'lost' && used > 0))
    return lower(turn, 'strays', '');
  raise(turn, '', {
    code: 'strays',
    countsLive: true,
    message:
      'containers live in blocks that lay in the run directory and that this node does not own: it was another member before, or its disk is from the past. Nothing new is given out there',
  });
}

/** Others have everything, unless this node left: it seals its register once nothing of it is in the run directory. */
function letGoOfAll(turn: Turn): void {
  if (turn.state.isLeaving && !hasBlocks(turn.state)) return;
  quarantine(turn, '', {
    code: 'forgotten',
    message:
      'this node was forgotten: all that it owned belongs to others now. Stop the agent; to bring the machine back, join again with an empty state directory',
  });
}

/** What the store and the set say at a start, before anybody was asked: a seal is for ever. */
export function letGoAtStart(turn: Turn): void {
  const { state } = turn;
  const estate = estateOf(state);
  if (state.register.isRead || estate.sealed) letGo(turn, estate);
  else learnSeal(turn);
}

/** The set proves that this node's register is sealed: it is known, though no guardian may be in reach. */
export function learnSeal(turn: Turn): void {
  const { state, env } = turn;
  const { registers } = env.replica;
  if (!registers.isGone(state.member) || registers.isOverridden(state.member)) return;
  letGoOfAll(turn);
}

/** True while anything of this node, or that it let go of, is in the run directory. */
export function hasBlocks({ blocks }: NodeState): boolean {
  return [...blocks.values()].some(({ phase }) => phase !== 'withdrawn');
}
