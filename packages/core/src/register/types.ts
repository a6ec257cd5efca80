import type { Change } from '../estate/change.ts';
import type { Estate, GuardianSet } from '../estate/types.ts';
import type { MemberId } from '../membership/types.ts';
import type { SignedRecord, SignedRegister } from '../ownership/types.ts';
import type { Answer, Ask, Equivocation } from './messages.ts';

/** Orders proposals: (counter, proposer, boot nonce). Compared in that order. */
export interface Ballot {
  readonly counter: number;
  readonly proposer: string;
  readonly bootNonce: string;
}

/** An estate as the register holds it: the value and the ballot that decided it. */
export interface Versioned {
  readonly ballot: Ballot;
  readonly estate: Estate;
}

/**
 * How a compare-and-set ended.
 * - `decided`: ours is decided, durably; `value` is the register's value, ours or what others put on top.
 * - `conflict`: another value was decided; it is here, ours was not. Nothing of ours happened.
 * - `uncertain`: ours may or may not be decided; read before doing anything that depends on it.
 * - `frozen`: one proposer signed two values under one ballot; the register takes nothing any more.
 */
export type Outcome =
  | { readonly kind: 'decided'; readonly value: Versioned }
  | { readonly kind: 'conflict'; readonly value: Versioned }
  | { readonly kind: 'uncertain'; readonly reason: string }
  | { readonly kind: 'frozen'; readonly proof: Equivocation };

/** The owner's own database takes the value. */
export interface PersistEffect {
  readonly type: 'persist';
  readonly value: Versioned;
}

/** A guardian is asked; the owner's own acceptor too, when it is one. */
export interface SendEffect {
  readonly type: 'send';
  readonly to: MemberId;
  readonly message: Ask<Estate, Change>;
}

/** What a register wants done: one kept by its owner persists, one kept by guardians sends. */
export type RegisterEffect = PersistEffect | SendEffect;

/** What happens to a register. */
export type RegisterInput =
  | { readonly type: 'persisted' }
  | { readonly type: 'persistFailed'; readonly reason: string }
  /** A guardian answers; `from` is the authenticated sender. */
  | { readonly type: 'answer'; readonly from: MemberId; readonly answer: Answer<Estate> }
  /** The pause given to the guardians is over. Early and spurious ones cost messages, nothing else. */
  | { readonly type: 'timeout' };

/** Where one step of a register leads. `outcome` is set when the write in flight has ended. */
export interface RegisterStep<S, E extends RegisterEffect = PersistEffect> {
  readonly state: S;
  readonly effects: readonly E[];
  readonly outcome?: Outcome;
}

/**
 * A linearizable cell that holds one estate, seen by its owner, as a pure state machine: a step takes
 * a state and returns the next. At most one compare-and-set is in flight.
 */
export interface Register<S, E extends RegisterEffect = PersistEffect> {
  /** The last decided value that is known, or undefined before the first read has ended. */
  current(state: S): Versioned | undefined;
  /** True while a compare-and-set has no outcome yet. */
  busy(state: S): boolean;
  /** Learns the value that is decided now; ends with a `decided` outcome, or `uncertain` without a quorum. */
  read(state: S): RegisterStep<S, E>;
  /**
   * Proposes `next` in place of `current`. `changes` lead from one to the other: guardians are sent only
   * these. Throws when one is in flight: that is our bug.
   */
  compareAndSet(state: S, next: Estate, changes?: readonly Change[]): RegisterStep<S, E>;
  handle(state: S, input: RegisterInput): RegisterStep<S, E>;
}

/**
 * What is known of everybody's registers from the proofs in the replicated set: who keeps each, and who is
 * gone for good. It only grows, and depends on the set of proofs alone, not on their order.
 */
export interface RegisterBook {
  /** Adds a proof. True when something new is believed because of it: look at uncertified records again. */
  add(entry: SignedRegister): boolean;
  /** The guardians of an owner's latest epoch that is proven; undefined before the first change of guardians. */
  latest(owner: MemberId): GuardianSet | undefined;
  /**
   * The guardians of one epoch, as proven: of several the one with the smallest text. Epoch 1 is the owner's own
   * store, which its vote in a proof of that epoch tells.
   */
  setOf(owner: MemberId, epoch: number): GuardianSet | undefined;
  /** True for members whose estate was sealed: they left, or were forgotten. */
  isGone(member: MemberId): boolean;
  /**
   * The owner of the register whose guardians vouch for this record. It counts only where that owner had the
   * predecessors: a register vouches for what is in its own outbox.
   */
  vouchedBy(record: SignedRecord): MemberId | undefined;
}
