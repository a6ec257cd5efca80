/**
 * The register whose only acceptor is the owner's own database.
 *
 * A write is decided when it is durable here; one that the database refused did not happen. What this kind of
 * register cannot survive is the loss or the rollback of that database.
 */
import type { Estate } from '../estate/types.ts';
import type { Ballot, Versioned } from './types.ts';

/** State of a self-register: the durable value, and the one on its way to the disk. */
export interface SelfState {
  readonly value: Versioned;
  readonly proposed: Versioned | undefined;
}

/** The register as the database has it. */
export function openSelf(value: Versioned): SelfState {
  return { value, proposed: undefined };
}

/** Puts an estate on its way: `proposed` is to be stored. Throws when one is on its way: that is our bug. */
export function proposeSelf({ value, proposed }: SelfState, estate: Estate): ProposedSelf {
  if (proposed !== undefined) throw new Error('register: a write is in flight');
  return { value, proposed: { ballot: nextBallot(value.ballot, estate), estate } };
}

/** A self-register with a write in flight. */
export type ProposedSelf = SelfState & { readonly proposed: Versioned };

/** The write was stored: it is decided. */
export function decideSelf({ proposed }: SelfState): SelfState {
  if (proposed === undefined) throw new Error('register: stored without a write in flight');
  return { value: proposed, proposed: undefined };
}

/** The database refused the write: it did not happen. */
export function dropSelf({ value, proposed }: SelfState): SelfState {
  if (proposed === undefined) throw new Error('register: refused without a write in flight');
  return { value, proposed: undefined };
}

function nextBallot(current: Ballot, estate: Estate): Ballot {
  return {
    counter: current.counter + 1,
    proposer: estate.member,
    bootNonce: estate.bootNonce,
  };
}
