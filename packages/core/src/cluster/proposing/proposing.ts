/**
 * A proposer among the guardians: sends what it asks, gives it their answers, and asks again when they
 * are slow. What it is for is the business of whoever owns the desk.
 *
 * Whoever moved a register may have died before enough of its next guardians were seeded. Then those before them,
 * who keep the Stop for ever, are asked for it once more. Where it is proven in the set, one of them is enough: too
 * many may be gone by then to decide anything.
 */
import type { Change, Estate, GuardianSet } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import type { Seed, Versioned } from '../../register/index.ts';
import {
  type Answer,
  type Cell,
  type Goal,
  guardianKey,
  isGuardian,
  openProposer,
  type ProposerOutcome,
  type ProposerStep,
  patience,
  propose,
  proposerStep,
  provenStop,
  quorumOf,
  type StopProof,
} from '../../register/index.ts';
import { rulesOf } from '../guarding/index.ts';
import type { Desk } from '../state/index.ts';
import { estateOf, type Turn, tell } from '../state/index.ts';

/** How a goal ended; undefined while it has not. */
export type Ended = ProposerOutcome<Estate> | undefined;

/** A desk with nothing to do. `nonce` must be new. */
export function openDesk(
  { state }: Turn,
  owner: MemberId,
  nonce: string,
  set: GuardianSet,
  highest = 0,
): Desk {
  const proposer = openProposer<Estate, Change>(owner, state.member, nonce, set, highest);
  const unseeded = { epoch: 0, guardians: new Set<string>() };
  return { proposer, timeoutAtMs: undefined, pauseMs: state.tuning.registerMs, unseeded };
}

/** True while a goal is in work. */
export function isBusy({ proposer }: Desk): boolean {
  return proposer.goal !== undefined;
}

/** Starts on a goal. */
export function begin(turn: Turn, desk: Desk, goal: Goal<Change>): Ended {
  desk.pauseMs = turn.state.tuning.registerMs;
  return take(turn, desk, propose(rulesOf(turn), desk.proposer, goal), true);
}

/** A guardian answered. */
export function answered(turn: Turn, desk: Desk, from: MemberId, answer: Answer<Estate>): Ended {
  if (answer.type === 'refused' && answer.because === 'unseeded')
    onUnseeded(turn, desk, from, answer);
  const before = desk.proposer;
  const step = proposerStep(rulesOf(turn), before, { type: 'answer', from, answer });
  return take(turn, desk, step, step.state.phase.kind !== before.phase.kind);
}

/** Takes the desk to other guardians; what is in work goes on there at the next timeout. */
export function goTo({ env }: Turn, desk: Desk, set: GuardianSet): void {
  const { current: _, standing: __, seed: ___, stops: ____, ...rest } = desk.proposer;
  const isWorking = rest.goal !== undefined;
  desk.proposer = { ...rest, set, tries: 0, phase: isWorking ? { kind: 'waiting' } : rest.phase };
  if (isWorking) desk.timeoutAtMs = env.nowMs;
}

/** Remembers guardians that were never seeded; when the others are too few to decide, goes back at once. */
function onUnseeded(turn: Turn, desk: Desk, from: MemberId, answer: Answer<Estate>): void {
  const { owner, set, seed } = desk.proposer;
  if (answer.owner !== owner || answer.epoch !== set.epoch) return;
  if (answer.guardian.member !== from || !isGuardian(set, answer.guardian)) return;
  if (seed?.stop.next?.epoch === set.epoch) return;
  if (desk.unseeded.epoch !== set.epoch) {
    desk.unseeded = { epoch: set.epoch, guardians: new Set() };
  }
  const { guardians } = desk.unseeded;
  guardians.add(guardianKey(answer.guardian));
  if (set.members.length - guardians.size < quorumOf(set)) goBack(turn, desk);
}

/** Asks the guardians before for the Stop, when there are some here that were never seeded. */
export function goBack(turn: Turn, desk: Desk): void {
  const { owner, set } = desk.proposer;
  const { epoch, guardians } = desk.unseeded;
  if (epoch !== set.epoch || guardians.size === 0) return;
  guardians.clear();
  const kept = turn.state.acceptors.get(`${owner} ${set.epoch}`)?.record.previous;
  const previous = turn.env.replica.registers.setOf(owner, set.epoch - 1) ?? kept;
  if (previous === undefined || previous.epoch >= set.epoch) return;
  const stops = turn.env.replica.registers.stopsOf(owner, previous.epoch);
  const seed = ownStop(turn, previous, owner, stops);
  if (seed !== undefined) {
    // Those that were never seeded get it when they say so.
    desk.proposer = { ...desk.proposer, seed };
    return;
  }
  goTo(turn, desk, previous);
  desk.proposer = { ...desk.proposer, stops };
}

/**
 * What ended our own store's time as the keeper of our register, worked out from a disk that went back to before that:
 * nobody else ever had it, and the votes say whether it is the same.
 */
function ownStop(
  turn: Turn,
  from: GuardianSet,
  owner: MemberId,
  stops: readonly StopProof[],
): Seed<Estate> | undefined {
  const { member, register } = turn.state;
  const { estate } = register.value;
  if (owner !== member || from.epoch !== 1 || estate.guardians.members.length > 0) return undefined;
  return provenStop(rulesOf(turn), owner, from, bornCell(register.value), stops);
}

/** The first cell that an acceptor of the own store has: what the store kept itself until then. */
export function bornCell({ ballot, estate }: Versioned): Cell<Estate> {
  return { version: ballot.counter, mark: '', value: estate };
}

/**
 * True when these guardians were replaced, as this node knows for certain, and do not know it any more: too many of
 * them went back in time, and what they say of the register is not its last word.
 */
export function isOver(turn: Turn, { proposer: { owner, set } }: Desk): boolean {
  return (latestOf(turn, owner)?.epoch ?? 0) > set.epoch;
}

/** Goes on with the latest guardians that this node knows of. */
export function goToLatest(turn: Turn, desk: Desk): void {
  const latest = latestOf(turn, desk.proposer.owner);
  if (latest !== undefined) goTo(turn, desk, latest);
}

/** As a proof in the set has it, or, for our own register, the own store. */
function latestOf({ state, env }: Turn, owner: MemberId): GuardianSet | undefined {
  const proven = env.replica.registers.latest(owner);
  const { guardians } = estateOf(state);
  const isOwn = owner === state.member && guardians.epoch > (proven?.epoch ?? 0);
  return isOwn ? guardians : proven;
}

/** Those before may be gone by now: then it goes on with the later ones as well as it can. */
function goOn(turn: Turn, desk: Desk): void {
  const { owner, set, tries } = desk.proposer;
  const latest = turn.env.replica.registers.latest(owner);
  if (latest === undefined || tries < patience || set.epoch >= desk.unseeded.epoch) return;
  desk.unseeded = { epoch: 0, guardians: new Set() };
  goTo(turn, desk, latest);
}

/** Asks those again that have not answered, when it is time. */
export function timeoutDue(turn: Turn, desk: Desk): Ended {
  const { env, state } = turn;
  if (desk.timeoutAtMs === undefined || env.nowMs < desk.timeoutAtMs) return undefined;
  goBack(turn, desk);
  goOn(turn, desk);
  desk.pauseMs = Math.min(desk.pauseMs * 2, state.tuning.registerMaxMs);
  return take(turn, desk, proposerStep(rulesOf(turn), desk.proposer, { type: 'timeout' }), true);
}

/** A guardian is back: no need to wait for the end of a long pause. */
export function hurry({ env, state }: Turn, desk: Desk): void {
  if (desk.timeoutAtMs === undefined) return;
  desk.pauseMs = state.tuning.registerMs;
  desk.timeoutAtMs = Math.min(desk.timeoutAtMs, env.nowMs + desk.pauseMs);
}

function take(turn: Turn, desk: Desk, step: ProposerStep<Estate, Change>, isNew: boolean): Ended {
  desk.proposer = step.state;
  for (const { to, message } of step.effects) tell(turn, to, { type: 'register', ask: message });
  if (step.state.goal === undefined) desk.timeoutAtMs = undefined;
  else if (isNew || desk.timeoutAtMs === undefined) {
    desk.timeoutAtMs = turn.env.nowMs + desk.pauseMs * (0.75 + turn.env.random() / 2);
  }
  return step.outcome;
}
