/** Is a record in the set, so that it cannot be lost with this node any more? */
import { entryId, recordId } from '../../ownership/record.ts';
import type { SignedRecord } from '../../ownership/types.ts';
import type { Turn } from '../state/index.ts';

/**
 * True when the set has this record in force. The same body under somebody else's signature is not
 * enough: it would leave the record pending for ever.
 */
export function isPublished(turn: Turn, record: SignedRecord): boolean {
  const status = turn.env.replica.view.status(recordId(record.body));
  return status === 'active' || status === 'dominated';
}

/** True for a record that can be in force as it is: what was taken over needs the votes of guardians beside it. */
export function isWhole({ body, certificate }: SignedRecord): boolean {
  return body.kind !== 'reclaim' || certificate !== undefined;
}

/**
 * True when this record is in the set on the same word, or its body is in force: it cannot be lost with us any more.
 * Each look into a register finds other votes for it, and one of them is enough.
 */
export function isTold(turn: Turn, record: SignedRecord): boolean {
  const { replica } = turn.env;
  const isThere = isWhole(record) && replica.has(entryId(record));
  return isThere || replica.view.isVouched(record) || isPublished(turn, record);
}
