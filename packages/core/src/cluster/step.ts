/**
 * The reducer: one input in, the next state and what to do out.
 *
 * The state is changed in place and returned; the caller keeps no copy. The only things outside are
 * in `env`. Effects are carried out in order; see `Effect` for what their order promises.
 */

import type { MemberId } from '../membership/types.ts';
import { onGrant } from './accept.ts';
import { onRefusal, roundsDue } from './asker.ts';
import { nextWakeMs } from './deadlines.ts';
import { onAck, onRequest, resendDue, resendTo } from './donor.ts';
import { onGossip } from './gossip.ts';
import { announce, onAnnounce, onConnected, onDisconnected, onHello } from './peers.ts';
import {
  bootWhenReady,
  censusDue,
  countDue,
  ensureGuardians,
  feed,
  keptKey,
  lastHeartbeat,
  leaveDue,
  onAsk,
  onCareAnswer,
  onCensus,
  onCensusAnswer,
  onCollect,
  onForget,
  onHeartbeat,
  onHeartbeatReply,
  onOwnAnswer,
  onStillHeard,
  overruledDue,
  owedDue,
  refoundDue,
  registersDue,
  start,
} from './registers/index.ts';
import { estateOf, type NodeState, peerOf } from './state.ts';
import { onSyncHash, onSyncIds, onSyncSlice, onSyncUpdate, onSyncVector, syncNow } from './sync.ts';
import type { Local, Turn } from './turn.ts';
import type { Effect, Env, Input } from './types.ts';
import {
  ensureAll,
  onPublished,
  onUsage,
  onWanted,
  onWiped,
  onWithdrawn,
  openingDue,
  withdrawDue,
} from './watermarks.ts';
import { flush, persisted, persistFailed } from './writes.ts';

/** What a step leads to. */
export interface StepResult {
  readonly state: NodeState;
  readonly effects: readonly Effect[];
}

/** Carries one input through the node. Never throws for bad input; throws when our own code is wrong. */
export function step(state: NodeState, input: Input, env: Env): StepResult {
  const turn: Turn = { state, env, effects: [], local: [] };
  handle(turn, input);
  workOff(turn);
  overruledDue(turn);
  refoundDue(turn);
  bootWhenReady(turn);
  if (needsUpkeep(input)) upkeep(turn);
  if (state.register.isSetStale) ensureGuardians(turn);
  censusDue(turn);
  countDue(turn);
  owedDue(turn);
  flush(turn);
  while (turn.local.length > 0) {
    workOff(turn);
    flush(turn);
  }
  const atMs = nextWakeMs(state, env);
  if (atMs !== state.wakeAtMs || input.type === 'tick') {
    state.wakeAtMs = atMs;
    turn.effects.push({ type: 'wake', atMs });
  }
  return { state, effects: turn.effects };
}

function handle(turn: Turn, input: Input): void {
  switch (input.type) {
    case 'start':
      return start(turn, input);
    case 'persisted':
      return persisted(turn, input);
    case 'persistFailed':
      return persistFailed(turn, input);
    case 'connected':
      return onConnected(turn, input.peer);
    case 'disconnected':
      return onDisconnected(turn, input.peer);
    case 'message':
      return onMessage(turn, input);
    case 'gossip':
      return onGossip(turn, input);
    case 'announce':
      return onAnnounce(turn, input);
    case 'usage':
      return onUsage(turn, input);
    case 'wanted':
      return onWanted(turn, input.pool);
    case 'published':
      return onPublished(turn, input);
    case 'withdrawn':
      return onWithdrawn(turn, input);
    case 'wiped':
      return onWiped(turn, input);
    case 'acceptorPersisted':
      return feed(turn, keptKey(input.owner, input.epoch), { type: 'persisted' });
    case 'acceptorPersistFailed':
      return feed(turn, keptKey(input.owner, input.epoch), { type: 'persistFailed' });
    case 'forget':
      return onForget(turn, input);
    case 'leave':
      turn.state.isLeaving = true;
      return;
    case 'stopping':
      return lastHeartbeat(turn);
    case 'tick':
      return onTick(turn);
  }
}

/** What this node's proposers and acceptors said to each other in this step. */
function workOff(turn: Turn): void {
  for (let next = turn.local.shift(); next !== undefined; next = turn.local.shift()) {
    onRegister(turn, turn.state.member, next);
  }
}

function onRegister(turn: Turn, from: MemberId, message: Local): void {
  if (message.type === 'register') return onAsk(turn, from, message.ask);
  if (message.answer.owner === turn.state.member) return onOwnAnswer(turn, from, message.answer);
  onCareAnswer(turn, from, message.answer);
}

function onMessage(turn: Turn, input: Extract<Input, { type: 'message' }>): void {
  const { from, message } = input;
  peerOf(turn.state, turn.env, from).lastHeardMs = turn.env.nowMs;
  switch (message.type) {
    case 'hello':
      return onHello(turn, from, message);
    case 'request':
      return onRequest(turn, from, message);
    case 'grant':
      return onGrant(turn, from, message);
    case 'refusal':
      return onRefusal(turn, from, message);
    case 'ack':
      return onAck(turn, from, message);
    case 'resend':
      return resendTo(turn, from, message.after);
    case 'syncHash':
      return onSyncHash(turn, from, message.hash);
    case 'syncVector':
      return onSyncVector(turn, from, message);
    case 'syncUpdate':
      return onSyncUpdate(turn, from, message);
    case 'syncSlice':
      return onSyncSlice(turn, from, message);
    case 'syncIds':
      return onSyncIds(turn, from, message);
    case 'register':
    case 'registerAnswer':
      return onRegister(turn, from, message);
    case 'heartbeat':
      return onHeartbeat(turn, from, message);
    case 'heartbeatReply':
      return onHeartbeatReply(turn, from, message.bootNonce);
    case 'collect':
      return onCollect(turn, message.owner);
    case 'stillHeard':
      return onStillHeard(turn, from, message.owner);
    case 'census':
      return onCensus(turn, from, message);
    case 'censusAnswer':
      return onCensusAnswer(turn, from, message);
  }
}

function onTick(turn: Turn): void {
  registersDue(turn);
  if (!turn.state.booted) return;
  resendDue(turn);
  roundsDue(turn);
  openingDue(turn);
  withdrawDue(turn);
  syncNow(turn);
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
