import type { Estate } from '../estate/types.ts';

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
 * - `decided`: the new value is the register's value, durably.
 * - `conflict`: another value was decided; it is here, ours was not. Nothing of ours happened.
 * - `uncertain`: ours may or may not be decided; read before doing anything that depends on it.
 */
export type Outcome =
  | { readonly kind: 'decided'; readonly value: Versioned }
  | { readonly kind: 'conflict'; readonly value: Versioned }
  | { readonly kind: 'uncertain'; readonly reason: string };

/** What a register wants done. Later kinds of register also send messages to acceptors. */
export type RegisterEffect = { readonly type: 'persist'; readonly value: Versioned };

/** What happens to a register. */
export type RegisterInput =
  | { readonly type: 'persisted' }
  | { readonly type: 'persistFailed'; readonly reason: string };

/** Where one step of a register leads. `outcome` is set when the write in flight has ended. */
export interface RegisterStep<S> {
  readonly state: S;
  readonly effects: readonly RegisterEffect[];
  readonly outcome?: Outcome;
}

/**
 * A linearizable cell that holds one estate, seen by its owner, as a pure state machine: a step takes
 * a state and returns the next. At most one compare-and-set is in flight.
 */
export interface Register<S> {
  /** The last decided value that is known, or undefined before the first read has ended. */
  current(state: S): Versioned | undefined;
  /** True while a compare-and-set has no outcome yet. */
  busy(state: S): boolean;
  /** Learns the value that is decided now; ends with a `decided` outcome, or `uncertain` without a quorum. */
  read(state: S): RegisterStep<S>;
  /** Proposes `next` in place of `current`. Throws when one is in flight: that is our bug. */
  compareAndSet(state: S, next: Estate): RegisterStep<S>;
  handle(state: S, input: RegisterInput): RegisterStep<S>;
}
