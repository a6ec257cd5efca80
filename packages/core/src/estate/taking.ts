/** How one record becomes a holding, whoever it comes from. */
import { overlaps, prefixOf } from '../address/index.ts';
import type { Prefix } from '../address/types.ts';
import { recordId } from '../ownership/record.ts';
import type { SignedRecord } from '../ownership/types.ts';
import { ok, refuse } from '../result.ts';
import type { Changed } from './changes.ts';
import { normalise, overlapping } from './holdings.ts';
import type { Estate, Holding, OutboxEntry } from './types.ts';

/** The estate with what the record gives; refused where any of it is here, or on its way from here, already. */
export function withRecord(
  estate: Estate,
  { body }: SignedRecord,
  rest: boolean | undefined,
): Changed {
  if (body.owner !== estate.member) {
    return refuse('not-owner', `the grant is for ${body.owner}, not for this member`);
  }
  const { pool, version } = body;
  const prefix = prefixOf(body.prefix);
  if (overlapping(estate.holdings, pool, prefix).length > 0) {
    return refuse('overlap', `${body.prefix} overlaps what this member holds already`);
  }
  if (estate.outbox.some((entry) => overlapsGrant(entry, pool, prefix))) {
    return refuse('overlap', `${body.prefix} overlaps what is on its way from here to others`);
  }
  const holding: Holding = {
    pool,
    prefix: body.prefix,
    version,
    record: recordId(body),
    use: rest ? 'resting' : 'reserve',
  };
  return ok({ ...estate, holdings: normalise([...estate.holdings, holding]) });
}

function overlapsGrant({ record }: OutboxEntry, pool: string, prefix: Prefix): boolean {
  return record.body.pool === pool && overlaps(prefixOf(record.body.prefix), prefix);
}
