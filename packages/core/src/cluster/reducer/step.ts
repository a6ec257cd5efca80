/**
 * The reducer: one input in, the next state and what to do out.
 *
 * The state is changed in place and returned; the caller keeps no copy. The only things outside are
 * in `env`. Effects are carried out in order; see `Effect` for what their order promises.
 */

import { answerOwn, censusDue, countDue, overruledDue } from '../census/index.ts';
import { flush } from '../commit/index.ts';
import type { Effect, Env, Input } from '../contract/index.ts';
import { leaveDue } from '../leaving/index.ts';
import { announce } from '../members/index.ts';
import { owedDue } from '../recovery/index.ts';
import { bootWhenReady, ensureGuardians, refoundDue } from '../register/index.ts';
import type { Turn } from '../state/index.ts';
import { estateOf, type NodeState } from '../state/index.ts';
import { ensureAll } from '../supply/index.ts';
import { nextWakeMs } from './deadlines.ts';
import { hear } from './happenings.ts';
import { route, workOff } from './routes.ts';

/** What a step leads to. */
export interface StepResult {
  readonly state: NodeState;
  readonly effects: readonly Effect[];
}

/** Carries one input through the node. Never throws for bad input; throws when our own code is wrong. */
export function step(state: NodeState, input: Input, env: Env): StepResult {
  const turn: Turn = { state, env, effects: [], local: [], happens: hear };
  route(turn, input);
  workOff(turn);
  for (const { isDue = always, does } of stages) if (isDue(turn, input)) does(turn);
  commit(turn);
  setTimer(turn, input);
  return { state, effects: turn.effects };
}

/** Something that every step does after its input; `because` says why it stands where it stands. */
interface Stage {
  readonly does: (turn: Turn) => void;
  /** Default: in every step. */
  readonly isDue?: (turn: Turn, input: Input) => boolean;
  readonly because: string;
}

const always = (): boolean => true;

/** In this order. Each may queue writes for `commit`, which comes after them all. */
const stages: readonly Stage[] = [
  {
    does: overruledDue,
    because:
      'a member that was given up writes nothing any more: first, so that nobody below queues for it',
  },
  {
    does: refoundDue,
    because: 'a register that was given back is read before anything is written to it',
  },
  { does: bootWhenReady, because: 'what needs a booted node comes after its boot is queued' },
  {
    does: upkeep,
    isDue: (_, input) => needsUpkeep(input),
    because: 'commits, requests and leaving follow from what came in',
  },
  {
    does: ensureGuardians,
    isDue: ({ state }) => state.register.isSetStale,
    because:
      'only while nothing is queued by those before: a move of the register waits for writes, not they for it',
  },
  {
    does: censusDue,
    because: 'an authority asks before this node, which may be asked as well, answers',
  },
  {
    does: (turn) => answerOwn(turn, countDue(turn)),
    because: 'an answer tells what all before have queued',
  },
  {
    does: owedDue,
    because: 'records in force go into the set together with what this step writes',
  },
];

/** Starts writes until nothing new comes of them: guardians that are this very node answer within the step. */
function commit(turn: Turn): void {
  flush(turn);
  while (turn.local.length > 0) {
    workOff(turn);
    flush(turn);
  }
}

/** Asks for the next tick where its time has changed; after a tick always, since that one is spent. */
function setTimer(turn: Turn, input: Input): void {
  const { state, env } = turn;
  const atMs = nextWakeMs(state, env);
  if (atMs === state.wakeAtMs && input.type !== 'tick') return;
  state.wakeAtMs = atMs;
  turn.effects.push({ type: 'wake', atMs });
}

/** Traffic that changes nothing here needs no second look at the watermarks. */
function needsUpkeep(input: Input): boolean {
  return input.type !== 'gossip' && input.type !== 'message' && input.type !== 'disconnected';
}

function upkeep(turn: Turn): void {
  if (turn.state.booted) {
    announce(turn);
    ensureAll(turn);
  }
  leaveDue(turn);
}

/** True while nothing is queued, in flight or waiting for an acknowledgement. */
export function isSettled(state: NodeState): boolean {
  const { decided, writing } = state.register;
  const isIdle = state.queue.length === 0 && decided.length === 0;
  const isStill = state.inFlight === undefined && writing === undefined && state.cares.size === 0;
  return isIdle && isStill && estateOf(state).outbox.length === 0;
}
