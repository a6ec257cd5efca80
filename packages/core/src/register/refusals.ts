/** What a proposer does when guardians refuse: help them, go higher, or give the register up as frozen. */
import type { Guardian } from '../estate/types.ts';
import { sameBallot } from './ballot.ts';
import type { Rules } from './cell.ts';
import { isEquivocation } from './equivocation.ts';
import type { Answer, Equivocation } from './messages.ts';
import type { ProposerEffect, ProposerState, ProposerStep } from './proposerState.ts';
import { guardianKey, isGuardian, quorumOf } from './quorum.ts';
import { acceptAsk, finish, prepare, still } from './rounds.ts';

type Refusal<V> = Extract<Answer<V>, { type: 'refused' }>;

/**
 * True when a guardian did already what this round asks of it. What it says besides is late, or the word of a copy of
 * it: helping both again and again would double the messages each time.
 */
export function hasAnswered<V, C>({ phase }: ProposerState<V, C>, guardian: Guardian): boolean {
  const key = guardianKey(guardian);
  if (phase.kind === 'preparing') return phase.promises[key] !== undefined;
  return phase.kind === 'accepting' && phase.votes[key] !== undefined;
}

/** A guardian does not do what it was asked. */
export function onRefused<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  answer: Refusal<V>,
): ProposerStep<V, C> {
  const { phase, owner, set, seed } = state;
  if (!isAbout(phase, answer)) return still(state);
  const { because, guardian, promised } = answer;
  const send = (message: ProposerEffect<V, C>['message']): ProposerStep<V, C> => ({
    state,
    effects: [{ type: 'send', to: guardian.member, message }],
  });
  if (isHelp(because) && hasAnswered(state, guardian)) return still(state);
  const key = guardianKey(guardian);
  if (because === 'lacks' && phase.kind === 'accepting') {
    return send(acceptAsk(rules, state, phase, { kind: 'whole', cell: phase.held.cell }));
  }
  if (because === 'unseeded' && seed !== undefined && isGuardian(set, guardian)) {
    if (state.helped?.[key] !== undefined) return still(state);
    const step = send({ owner, epoch: set.epoch, type: 'seed', seed });
    return { ...step, state: helping(state, key, 'seeded') };
  }
  if (because !== 'promised' && because !== 'nonce') return still(state);
  if (promised.proposer === state.member && promised.bootNonce === state.bootNonce) {
    return still(state);
  }
  return onOutbid(rules, state, key, promised.counter);
}

/** Notes how far a guardian was helped: it may have a copy beside it that needs the same help after each answer. */
export function helping<V, C>(
  state: ProposerState<V, C>,
  key: string,
  how: 'seeded' | 'asked',
): ProposerState<V, C> {
  return { ...state, helped: { ...state.helped, [key]: how } };
}

function isHelp(because: Refusal<unknown>['because']): boolean {
  return because === 'lacks' || because === 'unseeded';
}

function isAbout<V, C>(phase: ProposerState<V, C>['phase'], { of, ballot }: Refusal<V>): boolean {
  if (phase.kind === 'preparing') return of === 'prepare' && sameBallot(phase.ballot, ballot);
  return phase.kind === 'accepting' && of === 'accept' && sameBallot(phase.held.ballot, ballot);
}

/** A guardian follows somebody else. Once too many do, a higher ballot is needed: at once, then paced. */
function onOutbid<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  key: string,
  counter: number,
): ProposerStep<V, C> {
  const { phase, set } = state;
  if (phase.kind !== 'preparing' && phase.kind !== 'accepting') return still(state);
  if (phase.outbid.includes(key)) return still(state);
  const outbid = [...phase.outbid, key].sort();
  const highest = Math.max(state.highest, counter);
  const next = { ...state, highest, phase: { ...phase, outbid } };
  if (outbid.length <= set.members.length - quorumOf(set)) return still(next);
  if (state.tries > 0) return still({ ...next, phase: { kind: 'waiting' } });
  return prepare(rules, { ...next, tries: 1 });
}

/** The register is frozen, or must be: tell every guardian, and end. */
export function onFrozen<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  proof: Equivocation,
): ProposerStep<V, C> {
  const { owner, set } = state;
  const { epoch } = set;
  if (!isEquivocation(rules, owner, epoch, proof)) return still(state);
  const message = { owner, epoch, type: 'freeze' as const, proof };
  const effects = set.members.map(({ member }) => ({ type: 'send' as const, to: member, message }));
  const { standing: _, ...bare } = state;
  return { ...finish(bare, { kind: 'frozen', proof }), effects };
}
