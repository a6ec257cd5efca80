// Who owns what of one pool now: records, and a binary tree over the bits of addresses. Invariants: a node has two
// children or none; leaves are disjoint and together the base; two sibling leaves differ in record or
// dispute, so the tree is a function of the ownership map alone, whatever led to it.
import { bitsOf, enclosingPrefix } from '../address/index.ts';
import type { Prefix } from '../address/types.ts';
import type { MemberId } from '../membership/types.ts';
import { bitAt, wordsOf } from './bits.ts';
import type { ClaimList } from './claimList.ts';
import type { RecordId, RecordKind } from './types.ts';

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

/** A member as an owner. One object per member and view, so owners compare by reference. */
export interface Owner {
  readonly member: MemberId;
  /** Records of this owner that own at least one piece. */
  readonly live: Set<RecordState>;
}

/** Shared by all empty lists: most records have no followers. */
export const none: readonly never[] = [];

export class RecordState {
  readonly id: RecordId;
  readonly partition: Partition;
  readonly prefix: Prefix;
  readonly version: number;
  readonly owner: Owner;
  readonly kind: RecordKind;
  standing: 'pending' | 'active' | 'void' = 'pending';
  /** Those that are known. All of them once `missing` is 0. */
  predecessors: readonly RecordState[] = none;
  /** Known records that name this one as predecessor. */
  followers: readonly RecordState[] = none;
  /** How many predecessors are unknown. */
  missing = 0;
  /** How many predecessors are not active, unknown ones included. */
  inactive = 0;
  /** Who signed this body, or whose guardians vouch for it, while that may still matter. */
  writers: readonly MemberId[] = none;
  /** True once the rules that only bodies can break were checked and kept. */
  lawful = false;
  /** How many pieces of the partition this record owns now. */
  pieces = 0;
  /** Which record claims what of this one; only kept once two of them overlapped. */
  claims: ClaimList<RecordState> | undefined = undefined;

  constructor(
    id: RecordId,
    partition: Partition,
    prefix: Prefix,
    version: number,
    owner: Owner,
    kind: RecordKind,
  ) {
    this.id = id;
    this.partition = partition;
    this.prefix = prefix;
    this.version = version;
    this.owner = owner;
    this.kind = kind;
  }
}

/** The list with one more. Short lists are copied to size: V8 leaves room for 16 when one grows. */
export function appended<T>(list: readonly T[], item: T): readonly T[] {
  if (list.length < 8) return list.concat([item]);
  (list as T[]).push(item);
  return list;
}

/** True when `a` beats `b` where both are in force: higher version, then, under dispute, smaller id. */
export function beats(a: RecordState, b: RecordState): boolean {
  return a.version > b.version || (a.version === b.version && a.id < b.id);
}
