/** What an alarm says when it is told: some go on with what lives here at that moment. */

import type { Alarm, BlockUsage } from '../contract/index.ts';
import type { NodeState } from './state.ts';

/**
 * The alarm in words for now. One that counts what is in use here changes as containers end:
 * "... 3 addresses are still in use here: stop those containers at once (in 2 blocks)".
 */
export function tellAlarm(state: NodeState, alarm: Alarm): Alarm {
  if (alarm.countsLive !== true) return alarm;
  const { code } = alarm;
  const blocks = [...state.blocks.values()].filter(
    ({ phase }) => code !== 'strays' || phase === 'lost',
  );
  const live = stillUsed(blocks, code === 'forgotten' || code === 'strays');
  return live === '' ? alarm : { ...alarm, message: `${alarm.message}. ${live}` };
}

/** How many addresses of these blocks are in use; empty when none is. `areLost`: others own them for certain. */
export function stillUsed(blocks: Iterable<Pick<BlockUsage, 'used'>>, areLost: boolean): string {
  const counts = [...blocks].flatMap(({ used }) => (used > 0 ? [used] : []));
  const live = counts.reduce((sum, each) => sum + each, 0);
  const where = counts.length === 1 ? '(in 1 block)' : `(in ${counts.length} blocks)`;
  if (live === 0) return '';
  const what =
    live === 1 ? '1 address is still in use here' : `${live} addresses are still in use here`;
  const stop = live === 1 ? ': stop its container at once' : ': stop those containers at once';
  return `${what}${areLost ? stop : ''} ${where}`;
}
