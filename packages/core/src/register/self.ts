/**
 * The register whose only acceptor is the owner's own database.
 *
 * A write is decided when it is durable here. A write that the database refused did not happen: the
 * outcome is a conflict with the value that stays. What this kind of register cannot survive is the
 * loss or the rollback of that database.
 */
import type { Estate } from '../estate/types.ts';
import type { Ballot, Register, RegisterInput, RegisterStep, Versioned } from './types.ts';

/** State of a self-register: the durable value, and the one on its way to the disk. */
export interface SelfState {
  readonly value: Versioned;
  readonly proposed: Versioned | undefined;
}

/** The register as the database has it. */
export function openSelf(value: Versioned): SelfState {
  return { value, proposed: undefined };
}

function nextBallot(current: Ballot, estate: Estate): Ballot {
  return {
    counter: current.counter + 1,
    proposer: estate.member,
    bootNonce: estate.bootNonce,
  };
}

function handle(state: SelfState, input: RegisterInput): RegisterStep<SelfState> {
  if (input.type === 'answer' || input.type === 'timeout') return { state, effects: [] };
  const { proposed, value } = state;
  if (proposed === undefined) throw new Error(`register: ${input.type} without a write in flight`);
  if (input.type === 'persisted') {
    const next = { value: proposed, proposed: undefined };
    return { state: next, effects: [], outcome: { kind: 'decided', value: proposed } };
  }
  return {
    state: { value, proposed: undefined },
    effects: [],
    outcome: { kind: 'conflict', value },
  };
}

/** The self-register. */
export const selfRegister: Register<SelfState> = {
  current: (state) => state.value,
  busy: (state) => state.proposed !== undefined,
  read: (state) => ({ state, effects: [], outcome: { kind: 'decided', value: state.value } }),
  compareAndSet(state, next) {
    if (state.proposed !== undefined) throw new Error('register: a write is in flight');
    const value = { ballot: nextBallot(state.value.ballot, next), estate: next };
    return { state: { ...state, proposed: value }, effects: [{ type: 'persist', value }] };
  },
  handle,
};
