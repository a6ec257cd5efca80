/**
 * The reducer: one input in, the next state and what to do out.
 *
 * The state is changed in place and returned; the caller keeps no copy. The only things outside are
 * in `env`. Effects are carried out in order; see `Effect` for what their order promises.
 */
import { onGrant } from './accept.ts';
import { onRefusal, roundsDue } from './asker.ts';
import { nextWakeMs } from './deadlines.ts';
import { onAck, onRequest, resendDue, resendTo } from './donor.ts';
import { onGossip } from './gossip.ts';
import { announce, onAnnounce, onConnected, onDisconnected, onHello } from './peers.ts';
import { estateOf, type NodeState, peerOf } from './state.ts';
import { onSyncHash, onSyncIds, onSyncSlice, onSyncUpdate, onSyncVector, syncNow } from './sync.ts';
import type { Turn } from './turn.ts';
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
import { flush, intend, persisted, persistFailed } from './writes.ts';

/** What a step leads to. */
export interface StepResult {
  readonly state: NodeState;
  readonly effects: readonly Effect[];
}

/** Carries one input through the node. Never throws for bad input; throws when our own code is wrong. */
export function step(state: NodeState, input: Input, env: Env): StepResult {
  const turn: Turn = { state, env, effects: [] };
  handle(turn, input);
  if (needsUpkeep(input)) upkeep(turn);
  flush(turn);
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
    case 'tick':
      return onTick(turn);
  }
}

/** The first write of a life: the new boot nonce. Nothing is opened or given before it is durable. */
function start(turn: Turn, input: Extract<Input, { type: 'start' }>): void {
  turn.state.syncAtMs = turn.env.nowMs + turn.state.tuning.syncMs * turn.env.random();
  intend(turn, { kind: 'change', change: { kind: 'boot', bootNonce: input.bootNonce } });
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
  }
}

function onTick(turn: Turn): void {
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
  if (!turn.state.booted) return;
  announce(turn);
  ensureAll(turn);
}

/** True while nothing is queued, in flight or waiting for an acknowledgement. */
export function isSettled(state: NodeState): boolean {
  return (
    state.queue.length === 0 && state.inFlight === undefined && estateOf(state).outbox.length === 0
  );
}
