/**
 * A proposer among the guardians: sends what it asks, gives it their answers, and asks again when they
 * are slow. What it is for is the business of whoever owns the desk.
 */
import type { Change, Estate, GuardianSet } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import {
  type Answer,
  estateRules,
  type Goal,
  openProposer,
  type ProposerOutcome,
  type ProposerStep,
  propose,
  proposerStep,
  type Rules,
} from '../../register/index.ts';
import { type Turn, tell } from '../turn.ts';
import type { Desk } from './types.ts';

/** How a goal ended; undefined while it has not. */
export type Ended = ProposerOutcome<Estate> | undefined;

/** What registers of this network hold, signed as this node. */
export function rulesOf({ state, env }: Turn): Rules<Estate, Change> {
  state.rules ??= estateRules(state.network, env.signer, env.verify);
  return state.rules;
}

/** A desk with nothing to do. `nonce` must be new. */
export function openDesk(
  { state }: Turn,
  owner: MemberId,
  nonce: string,
  set: GuardianSet,
  highest = 0,
): Desk {
  const proposer = openProposer<Estate, Change>(owner, state.member, nonce, set, highest);
  const { registerMs: pauseMs } = state.tuning;
  return { proposer, timeoutAtMs: undefined, pauseMs, isUnseeded: false, isBack: false };
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
  const before = desk.proposer;
  if (isOfUnseeded(desk, answer)) desk.isUnseeded = true;
  const step = proposerStep(rulesOf(turn), before, { type: 'answer', from, answer });
  return take(turn, desk, step, step.state.phase.kind !== before.phase.kind);
}

/** Asks those again that have not answered, when it is time. */
export function timeoutDue(turn: Turn, desk: Desk): Ended {
  const { env, state } = turn;
  if (desk.timeoutAtMs === undefined || env.nowMs < desk.timeoutAtMs) return undefined;
  desk.pauseMs = Math.min(desk.pauseMs * 2, state.tuning.registerMaxMs);
  if (desk.isUnseeded) goBack(turn, desk);
  return take(turn, desk, proposerStep(rulesOf(turn), desk.proposer, { type: 'timeout' }), true);
}

function isOfUnseeded({ proposer }: Desk, answer: Answer<Estate>): boolean {
  const isOurs = answer.epoch === proposer.set.epoch && proposer.seed === undefined;
  return isOurs && answer.type === 'refused' && answer.because === 'unseeded';
}

/**
 * Whoever led this epoch's guardians here ended before all of them were seeded. The set before keeps the Stop
 * for ever: read there, it leads back here with what seeds the rest.
 */
function goBack({ env }: Turn, desk: Desk): void {
  desk.isUnseeded = false;
  const { owner, set } = desk.proposer;
  const before = env.replica.registers.setOf(owner, set.epoch - 1);
  if (before !== undefined) turnTo(desk, before);
  desk.isBack = before !== undefined;
}

/** Goes on with another set of guardians: what is under way is asked there. */
export function turnTo(desk: Desk, set: GuardianSet): void {
  const { current: _, standing: __, seed: ___, ...rest } = desk.proposer;
  const phase = rest.goal === undefined ? rest.phase : { kind: 'waiting' as const };
  desk.proposer = { ...rest, set, phase, tries: 0 };
  desk.isBack = false;
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
