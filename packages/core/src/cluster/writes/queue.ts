/** What wants to be written waits here. Anybody may queue; the commit room alone takes it up and writes it. */
import type { Intent, Turn } from '../state/index.ts';

/** Queues an intent; `flush` at the end of the step starts the write. */
export function intend(turn: Turn, intent: Intent): void {
  const { queue } = turn.state;
  const at = intent.kind === 'republish' ? queue.findIndex(({ kind }) => kind === intent.kind) : -1;
  const other = queue[at];
  if (intent.kind !== 'republish' || other?.kind !== 'republish') queue.push(intent);
  else queue[at] = { kind: 'republish', ids: [...new Set([...other.ids, ...intent.ids])] };
}
