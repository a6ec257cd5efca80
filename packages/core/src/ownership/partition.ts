// Who owns what of one pool now: a binary tree over the bits of addresses. Invariants: a node has two
// children or none; leaves are disjoint and together the base; two sibling leaves differ in record or
// dispute, so the tree is a function of the ownership map alone, whatever led to it.
import { bitsOf, enclosingPrefix } from '../address/index.ts';
import type { Prefix } from '../address/types.ts';
import type { Owner, RecordState } from './recordState.ts';

/** A node of the tree. A leaf has no children; `top` is the record that owns it, if any does. */
export interface PieceNode {
  zero: PieceNode | undefined;
  one: PieceNode | undefined;
  top: RecordState | undefined;
  /** Of a leaf: under dispute. Of an inner node: all leaves below are. */
  disputed: boolean;
  /** The record that all other owners of leaves below beat. Undefined when a leaf has no owner. */
  weakest: RecordState | undefined;
}

/** A leaf and its place. */
export interface Piece {
  readonly node: PieceNode;
  readonly prefix: Prefix;
}

export class Partition {
  readonly pool: string;
  /** The smallest prefix around all roots of lineage. */
  readonly base: Prefix;
  readonly root: PieceNode = newLeaf(undefined, false);
  /** Addresses of each owner. None is 0. */
  readonly shares: Map<Owner, bigint> = new Map();

  constructor(pool: string, base: Prefix) {
    this.pool = pool;
    this.base = base;
  }

  /** The piece that contains all of this prefix, which must be inside the base. */
  pieceAround(prefix: Prefix): Piece | undefined {
    const { node, length } = this.towards(prefix);
    if (node.top === undefined) return undefined;
    return { node, prefix: enclosingPrefix(prefix, length) };
  }

  /** The pieces that share addresses with this prefix, which must be inside the base, in address order. */
  *piecesWithin(prefix: Prefix): Generator<Piece, void> {
    const { node, length: depth } = this.towards(prefix);
    const bits = bitsOf(prefix.family);
    const open: Piece[] = [{ node, prefix: enclosingPrefix(prefix, depth) }];
    for (let piece = open.pop(); piece !== undefined; piece = open.pop()) {
      const { zero, one } = piece.node;
      if (zero === undefined || one === undefined) {
        if (piece.node.top !== undefined) yield piece;
        continue;
      }
      const { family, value } = piece.prefix;
      const length = piece.prefix.length + 1;
      const upper = value + (1n << BigInt(bits - length));
      open.push({ node: one, prefix: { family, value: upper, length } });
      open.push({ node: zero, prefix: { family, value, length } });
    }
  }

  /** True when nothing inside is disputed, and, if an owner record is given, all of it is that record's. */
  isUndisputed(prefix: Prefix, top: RecordState | undefined): boolean {
    for (const { node } of this.piecesWithin(prefix)) {
      if (node.disputed || (top !== undefined && node.top !== top)) return false;
    }
    return true;
  }

  /** The node of this prefix, or the leaf around it, and the length of its own prefix. */
  private towards(prefix: Prefix): { node: PieceNode; length: number } {
    const words = wordsOf(prefix);
    let node = this.root;
    let length = this.base.length;
    while (node.zero !== undefined && length < prefix.length) {
      node = (bitAt(words, length) === 0 ? node.zero : node.one) as PieceNode;
      length += 1;
    }
    return { node, length };
  }
}

export function newLeaf(top: RecordState | undefined, disputed: boolean): PieceNode {
  return { zero: undefined, one: undefined, top, disputed, weakest: top };
}

/** The value as 32-bit words, high word first: cheaper to take bits from than a bigint. */
export function wordsOf(prefix: Prefix): readonly number[] {
  const { family, value } = prefix;
  if (family === 4) return [Number(value)];
  const high = value >> 64n;
  return [
    Number(high >> 32n),
    Number(high & 0xffff_ffffn),
    Number((value >> 32n) & 0xffff_ffffn),
    Number(value & 0xffff_ffffn),
  ];
}

/** The bit at this place, the highest being 0. */
export function bitAt(words: readonly number[], place: number): number {
  return ((words[place >>> 5] as number) >>> (31 - (place & 31))) & 1;
}
