/** What is on its way: queued, proposed to guardians, or being stored. */
import type { MemberId } from '../../membership/types.ts';
import { entryId } from '../../ownership/record.ts';
import type { SignedRecord } from '../../ownership/types.ts';
import type { Applied, Intent } from '../state/index.ts';
import { estateOf, type NodeState } from '../state/index.ts';

/** True when such an intent is queued, proposed, or on its way to the disk. */
export function isOnItsWay(state: NodeState, matches: (intent: Intent) => boolean): boolean {
  const { decided, writing } = state.register;
  const isIdle = state.queue.length === 0 && decided.length === 0 && writing === undefined;
  if (isIdle && state.inFlight === undefined) return false;
  const among = (applied: readonly Applied[]): boolean =>
    applied.some(({ intent }) => matches(intent));
  if (state.queue.some(matches) || decided.some(({ applied }) => among(applied))) return true;
  if (writing !== undefined && among(writing)) return true;
  return state.inFlight !== undefined && among(state.inFlight.applied);
}

/** True while a grant of this pool to `to` is on its way and not acknowledged. */
export function isOutstanding(state: NodeState, to: MemberId, pool: string): boolean {
  return (
    estateOf(state).outbox.some((entry) => entry.to === to && entry.record.body.pool === pool) ||
    isOnItsWay(
      state,
      (intent) => intent.kind === 'grant' && intent.to === to && intent.pool === pool,
    )
  );
}

/** True when the outbox is about to drop grants to `to` up to this counter, or beyond. */
export function isAcknowledging(state: NodeState, to: MemberId, counter: number): boolean {
  return isOnItsWay(
    state,
    (intent) =>
      intent.kind === 'change' &&
      intent.change.kind === 'acknowledged' &&
      intent.change.to === to &&
      intent.change.counter >= counter,
  );
}

/** True while this very record is on its way into the set. */
export function isPublishingRecord(state: NodeState, record: SignedRecord): boolean {
  const id = entryId(record);
  return isOnItsWay(
    state,
    (intent) => intent.kind === 'publish' && intent.entries.some((entry) => entryId(entry) === id),
  );
}

/** True when a grant's acceptance is already on its way to the register. */
export function isAccepting(state: NodeState, record: SignedRecord, from: MemberId): boolean {
  return isOnItsWay(
    state,
    (intent) =>
      intent.kind === 'change' &&
      intent.change.kind === 'accept' &&
      intent.change.from === from &&
      intent.change.record.body.prefix === record.body.prefix,
  );
}
