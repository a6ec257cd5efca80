/**
 * A proposer of one register (CASPaxos, arXiv 1802.07000), as a state machine over plain data.
 *
 * Guarantees: it proposes nothing but what follows from the highest accepted cell that a quorum of
 * promises showed it; one ballot carries one cell; answers count once for each guardian of the set, and
 * only from that guardian; one goal is in work at a time. With a standing ballot a write is one round.
 */
import type { GuardianSet } from '../estate/types.ts';
import type { MemberId } from '../membership/types.ts';
import { sameBallot, seedBallot } from './ballot.ts';
import type { Rules } from './cell.ts';
import type { Answer, Report } from './messages.ts';
import type { Goal, ProposerInput, ProposerState, ProposerStep } from './proposerState.ts';
import { guardianKey, quorumOf } from './quorum.ts';
import { hasAnswered, helping, onFrozen, onRefused } from './refusals.ts';
import { askAll, askFor, audience, decided, finish, follow, prepare, still } from './rounds.ts';
import { provenStop } from './seed.ts';
import { contradiction, highestReport, isNext, settle, settleStanding } from './settle.ts';

/**
 * Rounds and timeouts after which a goal is given up. The owner never gives up a write or a read: it may be decided
 * already, and without a quorum there is nothing else to do. Nobody gives up a Stop that was proposed.
 */
export const patience = 6;

type AnswerOf<V, T> = Extract<Answer<V>, { type: T }>;

/**
 * A proposer that knows nothing but who the guardians were. `highest`: any ballot counter known of. Each
 * proposer of one register, and each start of one, needs a `bootNonce` of its own: two with one nonce would
 * use the same ballots.
 */
export function openProposer<V, C>(
  owner: MemberId,
  member: MemberId,
  bootNonce: string,
  set: GuardianSet,
  highest = 0,
): ProposerState<V, C> {
  return { owner, member, bootNonce, set, highest, phase: { kind: 'idle' }, tries: 0 };
}

/** Starts on a goal. Throws when another one is in work: that is our bug. */
export function propose<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  goal: Goal<C>,
): ProposerStep<V, C> {
  if (state.goal !== undefined) throw new Error('register: a goal is in work');
  const begun = { ...state, goal, tries: 0 };
  if (goal.kind === 'move' && isNext(begun, goal)) {
    return askAll(rules, { ...begun, phase: { kind: 'enlisting', ready: [] } });
  }
  return tryStanding(rules, begun);
}

function tryStanding<V, C>(rules: Rules<V, C>, state: ProposerState<V, C>): ProposerStep<V, C> {
  return settleStanding(rules, state) ?? prepare(rules, state);
}

/** Carries one input through a proposer. What is late, strange or a repetition changes nothing. */
export function proposerStep<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  input: ProposerInput<V>,
): ProposerStep<V, C> {
  if (input.type === 'timeout') return onTimeout(rules, state);
  const { from, answer } = input;
  const isOurs = answer.owner === state.owner && answer.guardian.member === from;
  if (state.goal === undefined || !isOurs) return still(state);
  if (answer.epoch !== epochOf(state)) return still(state);
  if (!audience(state).some((each) => guardianKey(each) === guardianKey(answer.guardian))) {
    return still(state);
  }
  switch (answer.type) {
    case 'ready':
      return onReady(rules, state, answer);
    case 'promise':
      return onPromise(rules, state, answer);
    case 'accepted':
      return onAccepted(rules, state, answer);
    case 'seeded':
      return onSeeded(rules, state, answer);
    case 'refused':
      return onRefused(rules, state, answer);
    case 'frozen':
      return onFrozen(rules, state, answer.proof);
  }
}

/** The epoch that this phase talks about. */
function epochOf<V, C>({ phase, goal, set }: ProposerState<V, C>): number {
  return phase.kind === 'enlisting' && goal?.kind === 'move' ? goal.next.epoch : set.epoch;
}

function onReady<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  { guardian }: AnswerOf<V, 'ready'>,
): ProposerStep<V, C> {
  const { phase, goal } = state;
  const key = guardianKey(guardian);
  if (phase.kind !== 'enlisting' || phase.ready.includes(key)) return still(state);
  const ready = [...phase.ready, key].sort();
  const next = { ...state, phase: { ...phase, ready } };
  if (goal?.kind !== 'move' || ready.length < audience(state).length) return still(next);
  return tryStanding(rules, { ...next, goal: { ...goal, ready: true } });
}

function onPromise<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  { guardian, ballot, accepted }: AnswerOf<V, 'promise'>,
): ProposerStep<V, C> {
  const { phase } = state;
  const key = guardianKey(guardian);
  if (phase.kind !== 'preparing' || !sameBallot(phase.ballot, ballot)) return still(state);
  if (phase.promises[key] !== undefined || !isSound(rules, state, accepted)) return still(state);
  const { stops, owner, set } = state;
  const seed = accepted.cell && provenStop(rules, owner, set, accepted.cell, stops ?? []);
  if (seed !== undefined) return follow(rules, state, seed);
  const promises = { ...phase.promises, [key]: accepted };
  const next = { ...state, phase: { ...phase, promises } };
  const reports = Object.values(promises);
  if (reports.length < quorumOf(state.set)) return still(next);
  const proof = contradiction(reports);
  if (proof !== undefined) return onFrozen(rules, next, proof);
  const top = highestReport(reports);
  const cell = top.cell ?? state.current?.cell;
  if (cell === undefined) throw new Error('register: a promise without a cell passed');
  const { digest } = top;
  return settle(rules, next, ballot, { ballot: top.ballot, digest, cell }, reports);
}

/** A report that is what its proposer signed, whole or of a cell that we have. */
function isSound<V, C>(
  rules: Rules<V, C>,
  { owner, set, current }: ProposerState<V, C>,
  { ballot, digest, signature, cell }: Report<V>,
): boolean {
  if (cell === undefined ? current?.digest !== digest : false) return false;
  if (cell !== undefined && rules.digest(owner, set.epoch, cell) !== digest) return false;
  if (sameBallot(ballot, seedBallot)) return true;
  const statement = { kind: 'proposal' as const, owner, epoch: set.epoch, ballot, digest };
  return rules.verify(ballot.proposer, statement, signature);
}

function onAccepted<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  { guardian, ballot, digest, signature }: AnswerOf<V, 'accepted'>,
): ProposerStep<V, C> {
  const { phase, owner, set } = state;
  if (phase.kind !== 'accepting' || !sameBallot(phase.held.ballot, ballot)) return still(state);
  const key = guardianKey(guardian);
  if (phase.held.digest !== digest || phase.votes[key] !== undefined) return still(state);
  const { epoch } = set;
  const statement = { kind: 'vote' as const, owner, epoch, ballot, digest, guardian };
  if (!rules.verify(guardian.member, statement, signature)) return still(state);
  const voted = { ...phase, votes: { ...phase.votes, [key]: { guardian, signature } } };
  const next = { ...state, phase: voted };
  if (Object.keys(voted.votes).length < quorumOf(set)) return still(next);
  return decided(rules, next, voted);
}

function onSeeded<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  { guardian }: AnswerOf<V, 'seeded'>,
): ProposerStep<V, C> {
  const { phase, set } = state;
  const key = guardianKey(guardian);
  if (phase.kind !== 'seeding') {
    if (hasAnswered(state, guardian) || state.helped?.[key] !== 'seeded') return still(state);
    return askOne(rules, helping(state, key, 'asked'), guardian.member);
  }
  if (phase.seeded.includes(key)) return still(state);
  const seeded = [...phase.seeded, key].sort();
  const next = { ...state, phase: { ...phase, seeded } };
  return seeded.length < quorumOf(set) ? still(next) : prepare(rules, next);
}

function onTimeout<V, C>(rules: Rules<V, C>, state: ProposerState<V, C>): ProposerStep<V, C> {
  const { phase, goal } = state;
  if (goal === undefined) return still(state);
  const { helped: _, ...unhelped } = state;
  const { standing: __, ...bare } = unhelped;
  const tries = state.tries + 1;
  if (tries > patience && mayGiveUp(state))
    return finish(bare, { kind: 'unreachable', reason: reasonOf(state) });
  const next = { ...unhelped, tries };
  const isOutbid = 'outbid' in phase && phase.outbid.length > 0;
  return phase.kind === 'waiting' || isOutbid ? prepare(rules, next) : askAll(rules, next);
}

function mayGiveUp<V, C>({ goal, phase, member, owner }: ProposerState<V, C>): boolean {
  if (goal?.kind === 'move') return phase.kind === 'enlisting';
  return member !== owner;
}

function reasonOf<V, C>({ set, phase, owner }: ProposerState<V, C>): string {
  const what = `the register of ${owner} (epoch ${set.epoch})`;
  if (phase.kind === 'waiting') return `others keep writing to ${what}`;
  return `fewer than ${quorumOf(set)} of ${set.members.length} guardians of ${what} answered`;
}

function askOne<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  to: MemberId,
): ProposerStep<V, C> {
  const message = askFor(rules, state);
  return { state, effects: message === undefined ? [] : [{ type: 'send', to, message }] };
}
