/** What proposers and acceptors of one register say to each other. Plain data. */
import type { Guardian, GuardianSet } from '../estate/types.ts';
import type { MemberId } from '../membership/types.ts';
import type { Cell, Digest, Step } from './cell.ts';
import type { Ballot, Vote } from './types.ts';

/**
 * A proposed cell. A write ships what changed (`step`); `keep` proposes the accepted cell again; the whole
 * cell goes only to a guardian that said `lacks`.
 */
export type Body<V, C> =
  | { readonly kind: 'keep' }
  | { readonly kind: 'step'; readonly parent: Digest; readonly step: Step<C> }
  | { readonly kind: 'whole'; readonly cell: Cell<V> };

/** A signed cell under its ballot. The proposer of the ballot signed; nobody signs under `seedBallot`. */
export interface Accepted<V> {
  readonly ballot: Ballot;
  readonly digest: Digest;
  readonly signature: Uint8Array;
  readonly cell: Cell<V>;
}

/** `Accepted` on the wire: without the cell when the asker has it. */
export type Report<V> = Omit<Accepted<V>, 'cell'> & { readonly cell?: Cell<V> };

/** Proof that `from` decided to stop: what seeds each guardian of `stop.next`. Anyone may carry it. */
export interface Seed<V> {
  readonly from: GuardianSet;
  readonly stop: Cell<V>;
  readonly ballot: Ballot;
  readonly votes: readonly Vote[];
}

/** Two different cells that one proposer signed under one ballot. */
export interface Equivocation {
  readonly ballot: Ballot;
  readonly digests: readonly [Digest, Digest];
  readonly signatures: readonly [Uint8Array, Uint8Array];
}

interface About {
  readonly owner: MemberId;
  readonly epoch: number;
}

/** From a proposer to an acceptor. */
export type Ask<V, C> = About &
  (
    | { readonly type: 'prepare'; readonly ballot: Ballot; readonly has: Digest }
    | {
        readonly type: 'accept';
        readonly ballot: Ballot;
        readonly digest: Digest;
        readonly signature: Uint8Array;
        readonly body: Body<V, C>;
      }
    /** Will you keep this register in this epoch, after `previous`? */
    | { readonly type: 'enlist'; readonly set: GuardianSet; readonly previous: GuardianSet }
    | { readonly type: 'seed'; readonly seed: Seed<V> }
    | { readonly type: 'freeze'; readonly proof: Equivocation }
  );

/** Why an acceptor does not do what it was asked. */
export type RefusedBecause =
  /** it promised a higher ballot */
  | 'promised'
  /** it does not have the cell that the step starts from: send the whole one */
  | 'lacks'
  /** it keeps no value of this register in this epoch */
  | 'unseeded'
  /** it suspects that its own state went back in time */
  | 'abstains'
  /** another start of the proposer is alive, or was a moment ago */
  | 'nonce'
  /** the proposal ends the register of an owner that this guardian hears */
  | 'heard'
  /** the proposal contradicts itself */
  | 'invalid';

/** From an acceptor to a proposer. */
export type Answer<V> = About & { readonly guardian: Guardian } & (
    | {
        readonly type: 'promise';
        readonly ballot: Ballot;
        readonly accepted: Report<V>;
        /** Told to others than the owner: this guardian hears it, and would not vote for its end. */
        readonly heard?: true;
      }
    /** It also promises the proposer's next ballot. */
    | {
        readonly type: 'accepted';
        readonly ballot: Ballot;
        readonly digest: Digest;
        readonly signature: Uint8Array;
      }
    | {
        readonly type: 'refused';
        readonly of: 'prepare' | 'accept' | 'enlist' | 'seed';
        readonly ballot: Ballot;
        readonly because: RefusedBecause;
        readonly promised: Ballot;
      }
    | { readonly type: 'ready' }
    | { readonly type: 'seeded' }
    | { readonly type: 'frozen'; readonly proof: Equivocation }
  );
