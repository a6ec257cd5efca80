/**
 * One guardian's acceptor for one register and epoch, as a state machine around `judge`.
 *
 * Guarantees: an answer leaves only when the record it rests on is durable; one persist is in flight at
 * a time, and what arrives meanwhile waits; a persist that failed leaves no trace and no answer.
 */
import type { Guardian, GuardianSet } from '../estate/types.ts';
import type { MemberId } from '../membership/types.ts';
import { seedBallot } from './ballot.ts';
import type { Cell, Rules } from './cell.ts';
import { type AcceptorRecord, judge } from './judge.ts';
import type { Answer, Ask } from './messages.ts';
import type { Ballot } from './types.ts';

/** Heartbeats of silence after which a new start of an owner is believed (rule R5). */
export const silentHeartbeats = 3;

/** Messages that wait for a persist; more are dropped, and asked again by whoever sent them. */
const maxWaiting = 64;

interface Envelope<V> {
  readonly to: MemberId;
  readonly message: Answer<V>;
}

/** An acceptor as it lives in memory. */
export interface AcceptorState<V, C> {
  /** What the disk has. */
  readonly record: AcceptorRecord<V>;
  /** What is on its way to the disk, and the answer that waits for it. */
  readonly flight?: {
    readonly record: AcceptorRecord<V>;
    readonly answers: readonly Envelope<V>[];
  };
  readonly waiting: readonly { readonly from: MemberId; readonly ask: Ask<V, C> }[];
  /** A suspicion that is not durable yet; it goes first. */
  readonly suspected?: string;
  /** The start of the owner that was heard last. Not durable: it paces, it does not protect. */
  readonly heard?: { readonly bootNonce: string; readonly silent: number };
}

/** What happens to an acceptor. */
export type AcceptorInput<V, C> =
  | { readonly type: 'ask'; readonly from: MemberId; readonly ask: Ask<V, C> }
  | { readonly type: 'persisted' }
  | { readonly type: 'persistFailed' }
  /** The owner gave a sign of life. */
  | { readonly type: 'heard'; readonly bootNonce: string }
  /** The owner stopped cleanly: its next start need not wait. */
  | { readonly type: 'left'; readonly bootNonce: string }
  /** One heartbeat interval went by. */
  | { readonly type: 'heartbeat' }
  /** This store suspects that its state went back in time (rule R6). */
  | { readonly type: 'suspect'; readonly reason: string };

/** What an acceptor does, in order. A `persist` is answered by `persisted` or `persistFailed`. */
export type AcceptorEffect<V> =
  | { readonly type: 'persist'; readonly record: AcceptorRecord<V> }
  | { readonly type: 'send'; readonly to: MemberId; readonly message: Answer<V> };

/** Where one step of an acceptor leads. */
export interface AcceptorStep<V, C> {
  readonly state: AcceptorState<V, C>;
  readonly effects: readonly AcceptorEffect<V>[];
}

/** An acceptor as the disk has it. */
export function openAcceptor<V, C>(record: AcceptorRecord<V>): AcceptorState<V, C> {
  return { record, waiting: [] };
}

/** What a guardian starts from that is asked to keep a register from `set.epoch` on, and knows nothing of it. */
export function enlistedRecord<V>(
  owner: MemberId,
  guardian: Guardian,
  set: GuardianSet,
  previous: GuardianSet,
): AcceptorRecord<V> {
  return { owner, guardian, set, previous, ready: false, promised: seedBallot };
}

/** The record of an owner's own store at its birth: epoch 1, nobody before. Also where an authority gave it a later one. */
export function bornRecord<V, C>(
  rules: Rules<V, C>,
  owner: MemberId,
  guardian: Guardian,
  cell: Cell<V>,
  epoch = 1,
): AcceptorRecord<V> {
  const set: GuardianSet = { epoch, members: [guardian] };
  const digest = rules.digest(owner, set.epoch, cell);
  const accepted = { ballot: seedBallot, digest, signature: new Uint8Array(0), cell };
  return { owner, guardian, set, previous: set, ready: true, promised: seedBallot, accepted };
}

/** Carries one input through an acceptor. */
export function acceptorStep<V, C>(
  rules: Rules<V, C>,
  state: AcceptorState<V, C>,
  input: AcceptorInput<V, C>,
): AcceptorStep<V, C> {
  switch (input.type) {
    case 'ask': {
      if (state.flight !== undefined && state.waiting.length >= maxWaiting) return still(state);
      const { from, ask } = input;
      return work(rules, { ...state, waiting: [...state.waiting, { from, ask }] }, []);
    }
    case 'persisted': {
      const { flight, ...rest } = state;
      if (flight === undefined) throw new Error('acceptor: persisted without a persist in flight');
      const sends = flight.answers.map((each) => ({ type: 'send' as const, ...each }));
      return work(rules, { ...rest, record: flight.record }, sends);
    }
    case 'persistFailed': {
      const { flight, ...rest } = state;
      if (flight === undefined) throw new Error('acceptor: a failure without a persist in flight');
      if (flight.record.abstains === rest.record.abstains) return work(rules, rest, []);
      return still({ ...rest, suspected: flight.record.abstains as string, waiting: [] });
    }
    case 'suspect': {
      const { flight } = state;
      const muted = flight === undefined ? state : { ...state, flight: { ...flight, answers: [] } };
      return work(rules, { ...muted, suspected: input.reason }, []);
    }
    default:
      return still(watch(state, input));
  }
}

type Sign = Extract<AcceptorInput<never, never>, { type: 'heard' | 'left' | 'heartbeat' }>;

function watch<V, C>(state: AcceptorState<V, C>, input: Sign): AcceptorState<V, C> {
  const { heard, ...rest } = state;
  switch (input.type) {
    case 'heartbeat':
      return heard === undefined
        ? state
        : { ...state, heard: { ...heard, silent: heard.silent + 1 } };
    case 'left':
      return heard?.bootNonce === input.bootNonce ? rest : state;
    case 'heard': {
      const isOther = heard !== undefined && heard.bootNonce !== input.bootNonce;
      if (isOther && heard.silent < silentHeartbeats) return state;
      return { ...state, heard: { bootNonce: input.bootNonce, silent: 0 } };
    }
  }
}

/** Works off what waits until something must be stored. */
function work<V, C>(
  rules: Rules<V, C>,
  from: AcceptorState<V, C>,
  sends: readonly AcceptorEffect<V>[],
): AcceptorStep<V, C> {
  let state = from;
  const effects = [...sends];
  const isBusy = (ballot: Ballot): boolean => isOwnerBusy(state, ballot);
  while (state.flight === undefined) {
    if (state.suspected !== undefined) return suspect(state, state.suspected, effects);
    const [first, ...waiting] = state.waiting;
    if (first === undefined) break;
    const { record, answer } = judge(rules, state.record, first.from, first.ask, isBusy);
    const answers = answer === undefined ? [] : [{ to: first.from, message: answer }];
    state = { ...state, waiting };
    if (record === state.record) {
      for (const each of answers) effects.push({ type: 'send', ...each });
    } else {
      state = { ...state, flight: { record, answers } };
      effects.push({ type: 'persist', record });
    }
  }
  return { state, effects };
}

function suspect<V, C>(
  { suspected: _, ...state }: AcceptorState<V, C>,
  reason: string,
  sends: readonly AcceptorEffect<V>[],
): AcceptorStep<V, C> {
  const record = { ...state.record, abstains: reason };
  const flight = { record, answers: [] };
  return { state: { ...state, flight }, effects: [...sends, { type: 'persist', record }] };
}

function isOwnerBusy<V, C>({ record, heard }: AcceptorState<V, C>, ballot: Ballot): boolean {
  if (heard === undefined || ballot.proposer !== record.owner) return false;
  return heard.bootNonce !== ballot.bootNonce && heard.silent < silentHeartbeats;
}

function still<V, C>(state: AcceptorState<V, C>): AcceptorStep<V, C> {
  return { state, effects: [] };
}
