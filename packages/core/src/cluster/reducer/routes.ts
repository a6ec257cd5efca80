/** Which room an input, or a message of another member, is for. */
import type { MemberId } from '../../membership/types.ts';
import { openingDue } from '../blocks/index.ts';
import { answerOwn, onCensus, onCensusAnswer, onForgetUnsafe } from '../census/index.ts';
import { persisted, persistFailed } from '../commit/index.ts';
import type { Input } from '../contract/index.ts';
import {
  onAck,
  onGrant,
  onRefusal,
  onRequest,
  resendDue,
  resendTo,
  roundsDue,
} from '../exchange/index.ts';
import { feed, keptKey, onAsk, onHeartbeat, onStillHeard } from '../guarding/index.ts';
import { onAnnounce } from '../members/index.ts';
import { onCareAnswer, onCollect, onForget } from '../recovery/index.ts';
import { lastHeartbeat, onHeartbeatReply, onOwnAnswer, start } from '../register/index.ts';
import {
  onSyncHash,
  onSyncIds,
  onSyncSlice,
  onSyncUpdate,
  onSyncVector,
  syncNow,
} from '../replication/index.ts';
import type { Local, Turn } from '../state/index.ts';
import { peerOf } from '../state/index.ts';
import {
  onPublished,
  onUsage,
  onWanted,
  onWiped,
  onWithdrawn,
  withdrawDue,
} from '../supply/index.ts';
import { onConnected, onDisconnected, onHello } from './connections.ts';
import { onGossip } from './onGossip.ts';
import { registersDue } from './timetable.ts';

/** Gives an input to the room that it is for. */
export function route(turn: Turn, input: Input): void {
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
      return input.unsafe ? onForgetUnsafe(turn, input) : onForget(turn, input);
    case 'leave':
      turn.state.isLeaving = true;
      return;
    case 'stopping':
      return lastHeartbeat(turn);
    case 'tick':
      return onTick(turn);
  }
}

/** Carries what this node's proposers and acceptors said to each other. */
export function workOff(turn: Turn): void {
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
      return answerOwn(turn, onCensus(turn, from, message));
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
