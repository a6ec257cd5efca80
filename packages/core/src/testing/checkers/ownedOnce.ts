/** S3: for every address, owners plus deliverable grants are exactly one. No leak, no duplicate. */
import type { Checker } from '../types.ts';
import { OwnerCounts } from './ownerCounts.ts';

/** See `OwnerCounts`. */
export function ownedOnce(): Checker {
  const counts = new OwnerCounts();
  return {
    invariant: 'S3',
    says: 'for every address, owners plus deliverable grants are exactly one',
    register: (node, before, after) => counts.changed(node, before, after),
  };
}
