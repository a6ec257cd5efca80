// The pieces of one owner, found from the records that give it something: it does not look at the pieces
// of others, except between its own where it gave parts of a record away.
import { comparePrefix, covers } from '../address/index.ts';
import { ownershipOf } from './changes.ts';
import { compareText } from './equivocations.ts';
import type { Owner, RecordState } from './partition.ts';
import type { Ownership } from './types.ts';

/** In order of pools and addresses. */
export function* piecesOf(owner: Owner): Generator<Ownership, void> {
  const records = [...owner.live].sort(
    (a, b) => compareText(a.partition.pool, b.partition.pool) || comparePrefix(a.prefix, b.prefix),
  );
  let around: RecordState | undefined;
  for (const record of records) {
    const { partition, prefix } = record;
    const seen = around?.partition === partition && covers(around.prefix, prefix);
    if (seen) continue;
    around = record;
    for (const piece of partition.piecesWithin(prefix)) {
      if (piece.node.top?.owner === owner) yield ownershipOf(partition.pool, piece);
    }
  }
}
