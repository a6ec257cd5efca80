// What the view keeps of one record: its body without the texts that others share, and where it stands.
import type { Prefix } from '../address/types.ts';
import type { MemberId } from '../membership/types.ts';
import type { ClaimList } from './claimList.ts';
import type { Partition } from './partition.ts';
import type { RecordId, RecordKind } from './types.ts';

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
  claims: ClaimList | undefined = undefined;

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
