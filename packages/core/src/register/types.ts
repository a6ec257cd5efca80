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
