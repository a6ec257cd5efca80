/**
 * Records that a register put in force and that may not be in the set yet: published from where they are read,
 * then dropped there. So a crash between the write and the publication loses none.
 */
import type { Change, Estate } from '../../estate/index.ts';
import { entryId, recordId } from '../../ownership/record.ts';
import type { Turn } from '../state/index.ts';
import { estateOf } from '../state/index.ts';
import { intend, isOnItsWay } from '../writes/index.ts';

/** What this node's own register waits to see in the set. Called in every step. */
export function owedDue(turn: Turn): void {
  const estate = estateOf(turn.state);
  if (estate.unpublished === undefined || turn.state.quarantined) return;
  const change = owed(turn, estate);
  if (change === undefined) return;
  const isComing = isOnItsWay(
    turn.state,
    (intent) => intent.kind === 'change' && intent.change.kind === 'published',
  );
  if (!isComing) intend(turn, { kind: 'change', change });
}

/** Publishes what an estate waits for; once all of it is in the set, the change that says so. */
export function owed(turn: Turn, { unpublished = [] }: Estate): Change | undefined {
  const { state, env } = turn;
  if (unpublished.length === 0) return undefined;
  const missing = unpublished.filter((record) => !env.replica.has(entryId(record)));
  if (missing.length === 0) {
    return { kind: 'published', records: unpublished.map(({ body }) => recordId(body)) };
  }
  const isComing = isOnItsWay(
    state,
    (intent) =>
      intent.kind === 'publish' && intent.entries.some((each) => missing.includes(each as never)),
  );
  if (!isComing) intend(turn, { kind: 'publish', entries: missing });
  return undefined;
}
