// Collects what one `add` changed, and tells it in the terms of the partition as it is afterwards.
import { comparePrefix, formatPrefix } from '../address/index.ts';
import type { Prefix } from '../address/types.ts';
import type { Partition, Piece, PieceNode, RecordState } from './partition.ts';
import type { Dispute, Ownership, ViewChange } from './types.ts';

const nothing: ViewChange = { changed: [], disputes: [] };

export class Changes {
  private readonly regions: { readonly partition: Partition; readonly prefix: Prefix }[] = [];
  private readonly disputes: Dispute[] = [];

  relabelled(partition: Partition, prefixes: readonly Prefix[]): void {
    for (const prefix of prefixes) this.regions.push({ partition, prefix });
  }

  disputed(disputes: readonly Dispute[]): void {
    for (const dispute of disputes) this.disputes.push(dispute);
  }

  /** The pieces that contain what changed, each once, in address order. */
  result(): ViewChange {
    if (this.regions.length === 0 && this.disputes.length === 0) return nothing;
    const seen = new Set<PieceNode>();
    const pieces: { readonly pool: string; readonly piece: Piece }[] = [];
    for (const { partition, prefix } of this.regions) {
      for (const piece of partition.piecesWithin(prefix)) {
        if (seen.has(piece.node)) continue;
        seen.add(piece.node);
        pieces.push({ pool: partition.pool, piece });
      }
    }
    // One record changes one pool: those that it wakes, or that name it, are of the same.
    pieces.sort((a, b) => comparePrefix(a.piece.prefix, b.piece.prefix));
    return {
      changed: pieces.map(({ pool, piece }) => ownershipOf(pool, piece)),
      disputes: this.disputes,
    };
  }
}

/** A piece that somebody owns, as the view tells it. */
export function ownershipOf(pool: string, piece: Piece): Ownership {
  const top = piece.node.top as RecordState;
  return {
    pool,
    prefix: formatPrefix(piece.prefix),
    version: top.version,
    owner: top.owner.member,
    record: top.id,
    disputed: piece.node.disputed,
  };
}
