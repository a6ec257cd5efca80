/** Connections, greetings, and what this node says of itself. */
import { acknowledgedCounter } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import type { Message } from '../contract/index.ts';
import { resendTo } from '../exchange/index.ts';
import { notHeard } from '../guarding/index.ts';
import { hurry } from '../proposing/index.ts';
import { onWord } from '../register/index.ts';
import { askForDiff } from '../replication/index.ts';
import { estateOf, peerOf, raise, send, type Turn } from '../state/index.ts';

/** A connection to a member is up: greet it, and bring it what it has not acknowledged. */
export function onConnected(turn: Turn, member: MemberId): void {
  const { state, env } = turn;
  const peer = peerOf(state, env, member);
  const { registers } = env.replica;
  peer.connected = true;
  peer.lastHeardMs = env.nowMs;
  send(turn, member, {
    type: 'hello',
    network: state.network,
    bootNonce: state.bootNonce,
    epoch: estateOf(state).guardians.epoch,
    hash: env.replica.hash(),
    about: {
      epoch: registers.latest(member)?.epoch ?? 0,
      // One that was given up never gave what a census took from it: its own counters know nothing of that.
      taken: registers.isOverridden(member) ? 0 : (estateOf(state).in[member] ?? 0),
      // What was taken back from a gone one is over as well, and it never had that.
      given: registers.isGone(member) ? 0 : acknowledgedCounter(estateOf(state), member),
    },
  });
  state.register.isSetStale = true;
  if (state.register.desk !== undefined) hurry(turn, state.register.desk);
  resendTo(turn, member, 0);
  peer.resendPauseMs = state.tuning.resendMs;
  peer.resendAtMs = env.nowMs + peer.resendPauseMs;
  for (const demand of state.demands.values()) {
    demand.pausedUntilMs = Math.min(demand.pausedUntilMs, env.nowMs);
  }
}

/** The last connection to a member is gone. */
export function onDisconnected(turn: Turn, member: MemberId): void {
  const { state, env } = turn;
  peerOf(state, env, member).connected = false;
  notHeard(turn, member);
  for (const { round } of state.demands.values()) {
    if (round?.asked === member) round.deadlineMs = env.nowMs;
  }
}

/** A member greets. */
export function onHello(
  turn: Turn,
  from: MemberId,
  message: Extract<Message, { type: 'hello' }>,
): void {
  if (message.network !== turn.state.network) {
    raise(turn, from, {
      code: 'foreign-network',
      message: `${from} belongs to another network (${message.network}): two clusters share addresses to dial; check the tokens in use`,
    });
    return;
  }
  onWord(turn, from, message);
  if (message.hash !== turn.env.replica.hash()) askForDiff(turn, from);
}
