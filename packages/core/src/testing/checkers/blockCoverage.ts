/** Which blocks an estate covers, with what changed between two estates found without a full scan. */
import type { Estate, Holding, OutboxEntry } from '../../estate/types.ts';

/** Holdings of `after` that `before` lacks, and the other way round. Both are sorted; most are shared. */
export function changedHoldings(
  before: Estate | undefined,
  after: Estate,
): { readonly gone: readonly Holding[]; readonly come: readonly Holding[] } {
  if (before === undefined) return { gone: [], come: after.holdings };
  if (before.holdings === after.holdings) return { gone: [], come: [] };
  const old = before.holdings;
  const young = after.holdings;
  let start = 0;
  while (start < old.length && start < young.length && isSame(old[start], young[start])) start += 1;
  let oldEnd = old.length;
  let youngEnd = young.length;
  while (oldEnd > start && youngEnd > start && isSame(old[oldEnd - 1], young[youngEnd - 1])) {
    oldEnd -= 1;
    youngEnd -= 1;
  }
  return { gone: old.slice(start, oldEnd), come: young.slice(start, youngEnd) };
}

function isSame(one: Holding | undefined, other: Holding | undefined): boolean {
  if (one === other) return true;
  return (
    one?.prefix === other?.prefix &&
    one?.use === other?.use &&
    one?.pool === other?.pool &&
    one?.record === other?.record
  );
}

/** Outbox entries of one estate that the other lacks. */
export function newEntries(
  before: Estate | undefined,
  after: Estate | undefined,
): readonly OutboxEntry[] {
  if (after === undefined || before?.outbox === after.outbox) return [];
  return after.outbox.filter(
    (entry) =>
      !before?.outbox.some((other) => other.to === entry.to && other.counter === entry.counter),
  );
}
