/** The rounds a proposer runs with the guardians: enlist, prepare, accept, seed; and how a goal ends. */
import type { Guardian } from '../estate/types.ts';
import { ballotAfter, nextBallot } from './ballot.ts';
import type { Rules, Step } from './cell.ts';
import { successor } from './cell.ts';
import type { Ask, Body, Seed } from './messages.ts';
import type {
  Goal,
  Held,
  Phase,
  ProposerEffect,
  ProposerOutcome,
  ProposerState,
  ProposerStep,
  Verdict,
} from './proposerState.ts';
import { guardianKey } from './quorum.ts';
import type { Ballot } from './types.ts';

type Accepting<V, C> = Extract<Phase<V, C>, { kind: 'accepting' }>;

/** What one guardian is asked in this phase; undefined when there is nothing to ask. */
export function askFor<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
): Ask<V, C> | undefined {
  const { owner, set, phase, goal, seed } = state;
  const about = { owner, epoch: set.epoch };
  switch (phase.kind) {
    case 'enlisting':
      if (goal?.kind !== 'move') return undefined;
      return { owner, epoch: goal.next.epoch, type: 'enlist', set: goal.next, previous: set };
    case 'preparing':
      return {
        ...about,
        type: 'prepare',
        ballot: phase.ballot,
        has: state.current?.digest ?? '',
      };
    case 'accepting':
      return acceptAsk(rules, state, phase, phase.body);
    case 'seeding':
      return seed && { ...about, type: 'seed', seed };
    default:
      return undefined;
  }
}

/** The accept of this round with another body: the whole cell, for a guardian that lacks the parent. */
export function acceptAsk<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  { held: { ballot, digest } }: Accepting<V, C>,
  body: Body<V, C>,
): Ask<V, C> {
  const { owner, set } = state;
  const { epoch } = set;
  const signature = rules.sign({ kind: 'proposal', owner, epoch, ballot, digest });
  return { owner, epoch, type: 'accept', ballot, digest, signature, body };
}

/** The guardians that this phase talks to. */
export function audience<V, C>({ set, phase, goal }: ProposerState<V, C>): readonly Guardian[] {
  if (phase.kind === 'enlisting' && goal?.kind === 'move') return goal.next.members;
  return set.members;
}

/** Asks everybody who has not answered in this phase. */
export function askAll<V, C>(rules: Rules<V, C>, state: ProposerState<V, C>): ProposerStep<V, C> {
  const message = askFor(rules, state);
  if (message === undefined) return { state, effects: [] };
  const done = answered(state.phase);
  const effects = audience(state)
    .filter((guardian) => !done.includes(guardianKey(guardian)))
    .map((guardian): ProposerEffect<V, C> => ({ type: 'send', to: guardian.member, message }));
  return { state, effects };
}

function answered<V, C>(phase: Phase<V, C>): readonly string[] {
  switch (phase.kind) {
    case 'enlisting':
      return phase.ready;
    case 'preparing':
      return Object.keys(phase.promises);
    case 'accepting':
      return Object.keys(phase.votes);
    case 'seeding':
      return phase.seeded;
    default:
      return [];
  }
}

/** Asks for promises under a new, higher ballot. */
export function prepare<V, C>(
  rules: Rules<V, C>,
  { standing: _, helped: __, ...state }: ProposerState<V, C>,
): ProposerStep<V, C> {
  const ballot = ballotAfter(state.highest, state.member, state.bootNonce);
  const phase = { kind: 'preparing' as const, ballot, promises: {}, outbid: [] };
  return askAll(rules, { ...state, highest: ballot.counter, phase });
}

/** Proposes the cell that was read, unchanged: makes sure that it is decided, and collects its votes. */
export function keep<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  held: Held<V>,
  verdict: Verdict,
): ProposerStep<V, C> {
  return accept(rules, state, held, { kind: 'keep' }, verdict);
}

/** Proposes what follows from a cell that is decided, or will be with this; undefined when it does not apply. */
export function advance<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  ballot: Ballot,
  parent: Held<V>,
  step: Step<C>,
): ProposerStep<V, C> | undefined {
  const cell = successor(rules, parent.cell, step);
  if (cell === undefined) return undefined;
  const digest = rules.digest(state.owner, state.set.epoch, cell);
  const { goal } = state;
  const sent = { digest, version: cell.version, mark: cell.mark };
  const sending: Goal<C> | undefined = goal?.kind === 'write' ? { ...goal, sent } : goal;
  const known = sending === undefined ? state : { ...state, goal: sending };
  const body: Body<V, C> = { kind: 'step', parent: parent.digest, step };
  return accept(rules, known, { ballot, digest, cell }, body, 'decided');
}

function accept<V, C>(
  rules: Rules<V, C>,
  { standing: _, helped: __, ...state }: ProposerState<V, C>,
  held: Held<V>,
  body: Body<V, C>,
  verdict: Verdict,
): ProposerStep<V, C> {
  const phase = { kind: 'accepting' as const, held, body, votes: {}, outbid: [], verdict };
  return askAll(rules, { ...state, phase });
}

/** A quorum accepted: the cell is decided. A Stop leads to the next set, anything else ends the goal. */
export function decided<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  { held, votes, verdict }: Accepting<V, C>,
): ProposerStep<V, C> {
  const standing = nextBallot(held.ballot);
  const highest = Math.max(state.highest, standing.counter);
  if (held.cell.next !== undefined) {
    const { ballot, cell: stop } = held;
    const seed = { from: state.set, stop, ballot, votes: Object.values(votes) };
    return follow(rules, { ...state, highest }, seed);
  }
  const value = { ...held, votes: Object.values(votes) };
  return finish({ ...state, highest, standing, current: held }, { kind: verdict, value });
}

/** The old set has stopped: carry the proof to every guardian of the next one. */
export function follow<V, C>(
  rules: Rules<V, C>,
  { standing: _, current: __, stops: ___, ...state }: ProposerState<V, C>,
  seed: Seed<V>,
): ProposerStep<V, C> {
  const { next } = seed.stop;
  if (next === undefined) throw new Error('register: a cell that is no Stop names no next set');
  return askAll(rules, { ...state, set: next, seed, phase: { kind: 'seeding', seeded: [] } });
}

/** Ends the goal. */
export function finish<V, C>(
  { goal: _, helped: __, ...state }: ProposerState<V, C>,
  outcome: ProposerOutcome<V>,
): ProposerStep<V, C> {
  return { state: { ...state, phase: { kind: 'idle' }, tries: 0 }, effects: [], outcome };
}

/** Nothing happens. */
export function still<V, C>(state: ProposerState<V, C>): ProposerStep<V, C> {
  return { state, effects: [] };
}
