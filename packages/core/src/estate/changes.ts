/** Every change that an estate can undergo, as plain data: what others do to it, and why one does not apply, too. */
import type { Cidr } from '../address/types.ts';
import type { MemberId } from '../membership/types.ts';
import type { RecordId, SignedRecord } from '../ownership/types.ts';
import type { Refusal, Result } from '../result.ts';
import type { Estate } from './types.ts';

/** One change of an estate. */
export type Change =
  /** A start of the owner's agent (R4). */
  | { readonly kind: 'boot'; readonly bootNonce: string }
  /** reserve → committed, of one block. */
  | { readonly kind: 'commit'; readonly pool: string; readonly block: Cidr }
  /** committed → reserve, of one block that is gone from the run directory. */
  | { readonly kind: 'release'; readonly pool: string; readonly block: Cidr }
  /** Give reserve away; `counter` is `out[to] + 1`. */
  | {
      readonly kind: 'grant';
      readonly to: MemberId;
      readonly counter: number;
      readonly record: SignedRecord;
    }
  /** Take what a grant gives; `counter` is `in[from] + 1`. */
  | {
      readonly kind: 'accept';
      readonly from: MemberId;
      readonly counter: number;
      readonly record: SignedRecord;
      readonly rest?: true;
    }
  /** `to` accepted every grant up to `counter`. */
  | { readonly kind: 'acknowledged'; readonly to: MemberId; readonly counter: number }
  | Recovery
  | Census;

/** Why a change does not apply to an estate. */
export type ChangeRefusal = Refusal<
  | 'not-reserve'
  | 'not-committed'
  | 'counter'
  | 'overlap'
  | 'not-owner'
  | 'nothing'
  | 'sealed'
  | 'record'
  | 'shut'
>;

/** An estate, or why there is none. */
export type Changed = Result<Estate, ChangeRefusal>;

/** A record under its counter. */
export interface Numbered {
  readonly to: MemberId;
  readonly counter: number;
  readonly record: SignedRecord;
}

/** One change of an estate by somebody else than its owner, or because of such a change. */
export type Recovery =
  /** All reserve goes to an heir: one record for each holding, as `reclaimBodies` makes them. */
  | {
      readonly kind: 'reclaim';
      readonly to: MemberId;
      readonly counter: number;
      readonly records: readonly SignedRecord[];
    }
  /**
   * All holdings go to an heir, and the estate ends. `counter` is that of the first record. `now`: an operator
   * waives the rest of what was committed; what was resting here came from another member, and rests on.
   */
  | {
      readonly kind: 'seal';
      readonly to: MemberId;
      readonly counter: number;
      readonly records: readonly SignedRecord[];
      readonly now?: true;
    }
  /** The grant was never accepted: its recipient is sealed. `onward`: a sealed estate keeps nothing. */
  | ({ readonly kind: 'takeBack'; readonly onward?: Numbered } & Numbered)
  /** resting → reserve. */
  | { readonly kind: 'rested'; readonly pool: string; readonly prefix: Cidr }
  /**
   * A member that is gone for good, and to which nothing is on its way, needs no counter of grants to it.
   * The counter of grants *from* it stays: without it an old grant would be accepted again.
   */
  | { readonly kind: 'prune'; readonly member: MemberId };

/** One change of an estate because of a census. */
export type Census =
  /** Nothing more is taken from this member or given to it; what was on its way to it is its own now. */
  | { readonly kind: 'shut'; readonly member: MemberId }
  /** Take over what a member had that was given up; `counter` is `in[from] + 1`, that of the first record. */
  | {
      readonly kind: 'inherit';
      readonly from: MemberId;
      readonly counter: number;
      readonly records: readonly SignedRecord[];
      readonly rest?: true;
    }
  /** These records are in the replicated set. */
  | { readonly kind: 'published'; readonly records: readonly RecordId[] };
