/**
 * The register kept by guardians, behind the same interface as the self-register.
 *
 * A write is decided when a quorum of the guardians has it on disk. `current` is known only after the first
 * read; after that the standing ballot makes each undisturbed write one round trip.
 */
import type { Change } from '../estate/change.ts';
import type { Estate, GuardianSet } from '../estate/types.ts';
import type { MemberId } from '../membership/types.ts';
import type { Rules } from './cell.ts';
import { openProposer, propose, proposerStep } from './proposer.ts';
import type { Held, ProposerOutcome, ProposerState, ProposerStep } from './proposerState.ts';
import type { Outcome, Register, RegisterStep, SendEffect, Versioned } from './types.ts';

/** State of an owner's view of its register. */
export type GuardedState = ProposerState<Estate, Change>;

/** The register of an owner that knows who its guardians were. `bootNonce` is fresh at each start. */
export function openGuarded(
  owner: MemberId,
  bootNonce: string,
  set: GuardianSet,
  highest = 0,
): GuardedState {
  return openProposer(owner, owner, bootNonce, set, highest);
}

/** The register kept by guardians. */
export function guardedRegister(rules: Rules<Estate, Change>): Register<GuardedState, SendEffect> {
  return {
    current: ({ current }) => (current === undefined ? undefined : versioned(current)),
    busy: ({ goal }) => goal !== undefined,
    read: (state) => told(propose(rules, state, { kind: 'read' })),
    compareAndSet(state, _next, changes) {
      if (changes === undefined) throw new Error('register: a write to guardians without changes');
      if (state.current === undefined) throw new Error('register: a write before the first read');
      const base = state.current.digest;
      return told(propose(rules, state, { kind: 'write', changes, base }));
    },
    handle(state, input) {
      if (input.type === 'persisted' || input.type === 'persistFailed') {
        throw new Error(`register: ${input.type}, but guardians keep it`);
      }
      return told(proposerStep(rules, state, input));
    },
  };
}

function versioned({ ballot, cell }: Held<Estate>): Versioned {
  return { ballot, estate: cell.value };
}

function told({
  state,
  effects,
  outcome,
}: ProposerStep<Estate, Change>): RegisterStep<GuardedState, SendEffect> {
  return outcome === undefined
    ? { state, effects }
    : { state, effects, outcome: outcomeOf(outcome) };
}

function outcomeOf(outcome: ProposerOutcome<Estate>): Outcome {
  switch (outcome.kind) {
    case 'decided':
    case 'conflict':
      return { kind: outcome.kind, value: versioned(outcome.value) };
    case 'uncertain':
      return { kind: 'uncertain', reason: 'others have written since, over ours or without it' };
    case 'unreachable':
      return { kind: 'uncertain', reason: outcome.reason };
    case 'frozen':
      return outcome;
  }
}
