/**
 * Work on the register of a member that is silent or gone. Each round reads what is decided, with votes, and
 * does the next thing that is left: seal, take over, accept what is for us, deliver or take back what was
 * on its way to others, replace guardians. It ends when nothing is left.
 *
 * Guarantees: whatever comes to us is accepted in our own register before it leaves the outbox of the other;
 * a round that was interrupted anywhere is simply done again, here or elsewhere.
 */
import type { Change, Estate } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import type { Answer, Held } from '../../register/index.ts';
import { certify, encodeCertificate, isGuardian, patience } from '../../register/index.ts';
import { hearer, isPublishing, publishProof, publishSeed } from '../guarding/index.ts';
import { answered, begin, type Ended, goToLatest, isOver, timeoutDue } from '../proposing/index.ts';
import type { Care, Turn } from '../state/index.ts';
import { longestPauseMs } from './cases.ts';
import { heardReason } from './forgetProblems.ts';
import { nextDeed } from './nextStep.ts';

/** Rounds without success after which a care is given up; a guardian's next look starts it again. */
const maxFailures = 5;

/** The same for one who only looks how far the member had accepted, as all may that gave it something. */
const maxFailedLooks = 1;

/** A guardian answers about somebody else's register. */
export function onCareAnswer(turn: Turn, from: MemberId, answer: Answer<Estate>): void {
  const care = turn.state.cares.get(answer.owner);
  if (care === undefined) return;
  noteHearing(care, from, answer);
  ended(turn, care, answered(turn, care.desk, from, answer));
}

function noteHearing(care: Care, from: MemberId, answer: Answer<Estate>): void {
  const { set } = care.desk.proposer;
  if (answer.epoch !== set.epoch || !isGuardian(set, answer.guardian)) return;
  const hearing = hearer(from, answer);
  if (hearing !== undefined) care.hearing = new Set([...care.hearing, hearing]);
}

/** Goes on with everything that is due. */
export function caresDue(turn: Turn): void {
  const { state, env } = turn;
  if (!state.booted || state.quarantined) return;
  for (const care of [...state.cares.values()]) {
    if (care.nextAtMs !== undefined && env.nowMs >= care.nextAtMs) {
      care.nextAtMs = undefined;
      care.hearing = new Set();
      ended(turn, care, begin(turn, care.desk, { kind: 'read', proof: true }));
    } else ended(turn, care, timeoutDue(turn, care.desk));
  }
}

function ended(turn: Turn, care: Care, outcome: Ended): void {
  if (outcome === undefined) return;
  const { seed } = care.desk.proposer;
  if (seed !== undefined) publishSeed(turn, care.owner, seed);
  switch (outcome.kind) {
    case 'decided':
      if (isOver(turn, care.desk)) {
        goToLatest(turn, care.desk);
        return again(turn, care, 'its guardians have forgotten that others took their place');
      }
      care.failures = 0;
      turn.state.censuses.vain.delete(care.owner);
      return goOn(turn, care, outcome.value);
    case 'conflict':
    case 'uncertain':
      return again(turn, care, 'others keep writing to its register');
    case 'unreachable': {
      const isHeard = care.kind === 'forget' && care.hearing.size > 0 && !isEndRead(care);
      return isHeard ? end(turn, care, heardReason(care)) : again(turn, care, outcome.reason);
    }
    case 'frozen':
      turn.state.censuses.vain.add(care.owner);
      return end(turn, care, 'its register is frozen: two values were signed under one ballot');
  }
}

/** True once the owner's end was read as decided: who hears it does not matter any more. */
function isEndRead({ held }: Pick<Care, 'held'>): boolean {
  return held?.cell.value.sealed === true;
}

/** Something is decided: do what is left, or end. */
function goOn(turn: Turn, care: Care, held: Held<Estate>): void {
  const { state } = turn;
  if (held.votes === undefined) return again(turn, care, 'no proof of what was read', 0);
  care.held = held;
  const { owner, desk } = care;
  if (held.cell.value.sealed) noteEnd(turn, owner, desk.proposer.set.epoch, held);
  const deed = nextDeed(turn, care, held);
  switch (deed.kind) {
    case 'wait':
      care.pauseMs = Math.min(care.pauseMs * 2, longestPauseMs(turn));
      return again(turn, care, deed.reason, care.pauseMs);
    case 'write': {
      const changes: readonly Change[] = deed.changes;
      const base = held.digest;
      care.pauseMs = state.tuning.registerMs;
      return ended(turn, care, begin(turn, desk, { kind: 'write', changes, base }));
    }
    case 'move': {
      const next = { epoch: desk.proposer.set.epoch + 1, members: deed.members };
      return ended(turn, care, begin(turn, desk, { kind: 'move', next }));
    }
    case 'refused':
      return end(turn, care, deed.reason);
    case 'done':
      return end(turn, care, undefined, deed.heir);
  }
}

/** The register ended: keep how, and let everybody know. */
function noteEnd(turn: Turn, owner: MemberId, epoch: number, held: Held<Estate>): void {
  const { state, env } = turn;
  const { ballot, cell, votes = [] } = held;
  const certificate = certify(owner, epoch, { ballot, cell, votes });
  if (certificate === undefined) return;
  const bytes = encodeCertificate(certificate);
  if (!state.finals.has(owner)) {
    state.finals.set(owner, { in: cell.value.in, certificate: bytes });
  }
  if (env.replica.registers.isGone(owner) || isPublishing(state, owner)) return;
  publishProof(turn, owner, bytes);
}

function again(turn: Turn, care: Care, reason: string, pauseMs?: number): void {
  const { state, env } = turn;
  if (pauseMs === undefined) {
    care.failures += 1;
    if (care.kind === 'forget') state.censuses.vain.add(care.owner);
  }
  const most = care.kind === 'final' ? maxFailedLooks : maxFailures;
  if (care.failures > most) return end(turn, care, reason);
  const waitMs = pauseMs ?? state.tuning.registerMs * patience;
  care.nextAtMs = env.nowMs + waitMs * (0.5 + env.random());
}

function end(turn: Turn, care: Care, problem: string | undefined, heir?: MemberId): void {
  const { owner, kind } = care;
  turn.state.cares.delete(owner);
  if (kind !== 'forget') return;
  const outcome = problem === undefined ? 'done' : 'refused';
  const event = { type: 'forgotten' as const, member: owner, outcome } as const;
  const done =
    heir === turn.state.member ? 'this node has its addresses now' : 'it was forgotten before';
  const message = problem ?? done;
  turn.effects.push({
    type: 'event',
    event: heir === undefined ? { ...event, message } : { ...event, heir, message },
  });
}
