/**
 * Changes that a census makes: members whose registers have no quorum left are given up, and one member
 * inherits what nobody holds.
 *
 * Guarantees: what was on its way to a member that is given up counts as taken by it, for ever; nothing is
 * accepted from it after. A record that a change puts in force stays in the estate until it is in the set,
 * so no crash between the two can lose it. Whether an inheritance is certified is not known here: whoever
 * proposes the change checks the certificate, as for a reclaim.
 */

import type { MemberId } from '../membership/types.ts';
import { recordId } from '../ownership/record.ts';
import type { SignedRecord } from '../ownership/types.ts';
import { ok, refuse } from '../result.ts';
import type { Census, Changed } from './changes.ts';
import { withRecord } from './taking.ts';
import type { Estate } from './types.ts';

/** True when this estate has shut a member out. */
export function isShut({ shut }: Estate, member: MemberId): boolean {
  return shut?.includes(member) === true;
}

/** Shuts a member out. */
export function applyShut(estate: Estate, { member }: Census & { kind: 'shut' }): Changed {
  if (isShut(estate, member)) return refuse('nothing', `${member} is shut out already`);
  if (member === estate.member) return refuse('not-owner', 'no estate shuts its own member out');
  const given = estate.outbox.filter(({ to }) => to === member).map(({ record }) => record);
  return ok({
    ...toPublish(estate, given),
    outbox: estate.outbox.filter(({ to }) => to !== member),
    shut: [...(estate.shut ?? []), member].sort(),
  });
}

/** Takes what a member had that is shut out. All of it, or nothing. */
export function applyInherit(
  estate: Estate,
  { from, counter, records, rest }: Census & { kind: 'inherit' },
): Changed {
  if (!isShut(estate, from)) return refuse('shut', `${from} was not given up by a census`);
  const last = estate.in[from] ?? 0;
  if (counter !== last + 1 || records.length === 0) {
    return refuse('counter', `inheritance ${counter} from ${from} does not follow ${last}`);
  }
  let next = estate;
  for (const record of records) {
    if (record.body.kind !== 'reclaim') return refuse('record', 'only reclaims are inherited');
    const taken = withRecord(next, record, rest);
    if (!taken.ok) return taken;
    next = taken.value;
  }
  return ok({
    ...toPublish(next, records),
    in: { ...estate.in, [from]: last + records.length },
  });
}

function toPublish(estate: Estate, records: readonly SignedRecord[]): Estate {
  if (records.length === 0) return estate;
  return { ...estate, unpublished: [...(estate.unpublished ?? []), ...records] };
}

/** Forgets records that the replicated set has. */
export function applyPublished(
  estate: Estate,
  { records }: Census & { kind: 'published' },
): Changed {
  const { unpublished = [], ...rest } = estate;
  const left = unpublished.filter(({ body }) => !records.includes(recordId(body)));
  if (left.length === unpublished.length) return refuse('nothing', 'none of these is waited for');
  return ok(left.length === 0 ? rest : { ...rest, unpublished: left });
}
