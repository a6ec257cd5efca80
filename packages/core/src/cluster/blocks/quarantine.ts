/**
 * How a node stops when what it owns is not certain any more, or belongs to others: the one road into quarantine.
 *
 * Guarantee: the blocks in question are closed by effects that come before the alarm. So once the agent has said why it
 * stops, no plugin gets an address there. What lives keeps its addresses, and the alarm counts it as long as it does.
 */

import type { Alarm } from '../contract/index.ts';
import type { BlockState } from '../state/index.ts';
import { lower, raise, type Turn } from '../state/index.ts';

/**
 * Closes blocks, stops all that needs the estate, and says why. All blocks close: each may be somebody else's, or may be
 * given out by another process too. Only where the run directory was wiped the blocks that are still there stay open,
 * as the estate is certain and what was given out of them is still written there.
 */
export function quarantine(turn: Turn, subject: string, alarm: Alarm): void {
  const closes = alarm.code !== 'wiped';
  if (closes) for (const { pool, prefix } of turn.state.blocks.values()) close(turn, pool, prefix);
  turn.state.quarantined = true;
  // A warning of the same kind may stand already: that another process is heard, say.
  const isWarning = turn.state.alarms.get(`${alarm.code} ${subject}`)?.countsLive !== true;
  if (closes && isWarning) lower(turn, alarm.code, subject);
  raise(turn, subject, closes ? { ...alarm, countsLive: true } : alarm);
}

function isClosed(phase: BlockState['phase']): boolean {
  return phase === 'closed' || phase === 'lost' || phase === 'withdrawn';
}

/** Stops new addresses in one block that is in the run directory. */
export function close(turn: Turn, pool: string, prefix: string): void {
  const block = turn.state.blocks.get(`${pool} ${prefix}`);
  if (block === undefined || isClosed(block.phase)) return;
  block.phase = 'closed';
  turn.effects.push({ type: 'closeBlock', pool, prefix });
}
