// Puts one record that became active into the partition of its pool, and tells what that changed.
//
// Why this finds every fork: where no two records have one parent, the records that contain an address
// are a chain, and its end owns the address. So a record forks there exactly when its parent is not the
// owner. Where there was a fork before, the dispute stays for ever.
import { bitsOf } from '../address/index.ts';
import type { Prefix } from '../address/types.ts';
import { bitAt, wordsOf } from './bits.ts';
import {
  beats,
  newLeaf,
  type Owner,
  type Partition,
  type PieceNode,
  type RecordState,
} from './partition.ts';

export class Placement {
  /** Where the owner, the record or the dispute changed. */
  readonly changed: Prefix[] = [];
  /** True when the parent was not the undisputed owner everywhere: the record may equivocate. */
  suspicious = false;
  private readonly partition: Partition;
  private readonly record: RecordState;
  private readonly parent: RecordState | undefined;
  private readonly region: Prefix;
  private readonly words: readonly number[];

  /** `parent` is undefined for roots of lineage. The region must be inside the partition's base. */
  constructor(record: RecordState, region: Prefix, parent: RecordState | undefined) {
    this.partition = record.partition;
    this.record = record;
    this.parent = parent;
    this.region = region;
    this.words = wordsOf(region);
    this.descend(this.partition.root, this.partition.base.length);
  }

  /** On the way to the region. */
  private descend(node: PieceNode, length: number): void {
    if (length === this.region.length) {
      this.cover(node, this.region);
      return;
    }
    if (node.zero === undefined) {
      if (!this.relabels(node)) return;
      split(node);
    }
    const next = bitAt(this.words, length) === 0 ? node.zero : node.one;
    this.descend(next as PieceNode, length + 1);
    join(node);
  }

  /** Inside the region. */
  private cover(node: PieceNode, prefix: Prefix): void {
    const { zero, one } = node;
    if (zero === undefined || one === undefined) {
      if (this.relabels(node)) this.relabel(node, prefix);
      return;
    }
    // Nothing to change below. Without this a liar could make everybody walk the whole tree in vain.
    if (node.disputed && node.weakest !== undefined && beats(node.weakest, this.record)) {
      this.suspicious = true;
      return;
    }
    const { family, value } = prefix;
    const length = prefix.length + 1;
    const upper = value + (1n << BigInt(bitsOf(family) - length));
    this.cover(zero, { family, value, length });
    this.cover(one, { family, value: upper, length });
    join(node);
  }

  private relabels(leaf: PieceNode): boolean {
    if (leaf.disputed || leaf.top !== this.parent) this.suspicious = true;
    if (leaf.top === undefined || beats(this.record, leaf.top)) return true;
    return !leaf.disputed;
  }

  private relabel(leaf: PieceNode, prefix: Prefix): void {
    const old = leaf.top;
    leaf.disputed ||= old !== this.parent;
    this.changed.push(prefix);
    if (old !== undefined && !beats(this.record, old)) return;
    leaf.top = this.record;
    leaf.weakest = this.record;
    this.gains(this.record);
    if (old !== undefined) this.loses(old);
    if (old?.owner !== this.record.owner) this.transfer(old?.owner, this.record.owner, prefix);
  }

  private gains(record: RecordState): void {
    record.pieces += 1;
    if (record.pieces === 1) record.owner.live.add(record);
  }

  private loses(record: RecordState): void {
    record.pieces -= 1;
    if (record.pieces === 0) record.owner.live.delete(record);
  }

  private transfer(from: Owner | undefined, to: Owner, prefix: Prefix): void {
    const { shares } = this.partition;
    const size = 1n << BigInt(bitsOf(prefix.family) - prefix.length);
    shares.set(to, (shares.get(to) ?? 0n) + size);
    if (from === undefined) return;
    const left = (shares.get(from) ?? 0n) - size;
    if (left > 0n) shares.set(from, left);
    else shares.delete(from);
  }
}

/** Two leaves in place of one. */
function split(leaf: PieceNode): void {
  leaf.zero = newLeaf(leaf.top, leaf.disputed);
  leaf.one = newLeaf(leaf.top, leaf.disputed);
  if (leaf.top !== undefined) leaf.top.pieces += 1;
  leaf.top = undefined;
}

/** One leaf in place of two equal ones; else what an inner node says of those below. */
function join(node: PieceNode): void {
  const zero = node.zero as PieceNode;
  const one = node.one as PieceNode;
  node.disputed = zero.disputed && one.disputed;
  node.weakest = weaker(zero.weakest, one.weakest);
  const leaves = zero.zero === undefined && one.zero === undefined;
  if (!leaves || zero.top !== one.top || zero.disputed !== one.disputed) return;
  node.top = zero.top;
  node.zero = undefined;
  node.one = undefined;
  if (node.top !== undefined) node.top.pieces -= 1;
}

function weaker(a: RecordState | undefined, b: RecordState | undefined): RecordState | undefined {
  if (a === undefined || b === undefined) return undefined;
  return beats(a, b) ? b : a;
}
