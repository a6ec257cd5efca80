/**
 * The giving side: requests, acknowledgements, and sending again what is not acknowledged.
 *
 * A donor answers every request of a member, within bounds: one outstanding grant per requester and
 * pool, a token bucket per peer, a quota per member. Every answer says what is left and who may have more.
 *
 * To those who only fill up their reserve it gives what it has beyond its own mark. Otherwise the last
 * free blocks of a pool would circulate among members for ever, a record each time.
 */
import { prefixOf, sizeOf } from '../../address/index.ts';
import type { Change } from '../../estate/index.ts';
import { acknowledgedCounter, mayTrade, mostTraded, reserveBlocks } from '../../estate/index.ts';
import type { MemberId, Pool } from '../../membership/types.ts';
import { grantable } from '../blocks/index.ts';
import type { FreeHint, Message, RefusalReason } from '../contract/index.ts';
import { readOwn } from '../register/index.ts';
import { isPublished, isWhole, receiveUpdate } from '../replication/index.ts';
import type { Durable, Intent } from '../state/index.ts';
import { estateOf, peerOf, raise, send, type Turn } from '../state/index.ts';
import { intend, isAcknowledging, isOutstanding } from '../writes/index.ts';

type Request = Extract<Message, { type: 'request' }>;
type Ack = Extract<Message, { type: 'ack' }>;

/** Members that an answer names. */
const maxHinted = 3;

/** What we have left, and up to three members that own more than we do as the view has it. */
function hintFor(turn: Turn, pool: string, asker: MemberId): FreeHint {
  const { state, env } = turn;
  const shape = state.pools.get(pool);
  if (shape === undefined) return { left: 0, better: [] };
  const usable = grantable(env.replica.view, estateOf(state));
  const left = reserveBlocks(usable.holdings, pool, shape.blockLength);
  const shares = env.replica.view.shares(pool);
  const ours = shares.get(state.member) ?? 0n;
  const better: MemberId[] = [];
  for (const [member, share] of byShare(shares)) {
    if (share <= ours || better.length === maxHinted) break;
    if (member !== asker && member !== state.member) better.push(member);
  }
  return { left, better };
}

/** Members by share, the largest first. The view makes new shares when something changes. */
const orders = new WeakMap<
  ReadonlyMap<MemberId, bigint>,
  readonly (readonly [MemberId, bigint])[]
>();

function byShare(shares: ReadonlyMap<MemberId, bigint>): readonly (readonly [MemberId, bigint])[] {
  let order = orders.get(shares);
  if (order === undefined) {
    order = [...shares].sort((a, b) => (isLarger(a, b) ? -1 : 1));
    orders.set(shares, order);
  }
  return order;
}

function isLarger(one: readonly [MemberId, bigint], other: readonly [MemberId, bigint]): boolean {
  return one[1] > other[1] || (one[1] === other[1] && one[0] < other[0]);
}

/** Answers a request with nothing. */
function refuseRequest(
  turn: Turn,
  to: MemberId,
  pool: string,
  reason: RefusalReason,
  message: string,
  acknowledged?: number,
): void {
  const hint = hintFor(turn, pool, to);
  const refusal = { type: 'refusal' as const, pool, reason, message, hint };
  send(turn, to, acknowledged === undefined ? refusal : { ...refusal, acknowledged });
}

/** A grant that found nothing to give. */
export function refuseGrant(turn: Turn, { to, pool }: Extract<Intent, { kind: 'grant' }>): void {
  const { left } = hintFor(turn, pool, to);
  const message = left > 0 ? 'the donor keeps what it has left' : 'nothing left in reserve';
  refuseRequest(turn, to, pool, 'no-reserve', message);
}

/** A grant is in our register: it may be told. */
export function sendGrant(
  turn: Turn,
  _: Durable,
  { to, record, counter }: Extract<Change, { kind: 'grant' }>,
): void {
  const peer = peerOf(turn.state, turn.env, to);
  peer.resendPauseMs = turn.state.tuning.resendMs;
  peer.resendAtMs = turn.env.nowMs + peer.resendPauseMs;
  const hint = hintFor(turn, record.body.pool, to);
  send(turn, to, { type: 'grant', record, counter, hint });
}

/** A member asks for space. */
export function onRequest(turn: Turn, from: MemberId, message: Request): void {
  const { state } = turn;
  const refuse = (reason: RefusalReason, why: string, acknowledged?: number): void =>
    refuseRequest(turn, from, message.pool, reason, why, acknowledged);
  const pool = state.pools.get(message.pool);
  if (pool === undefined) return refuse('unknown-pool', `no pool is named ${message.pool} here`);
  const isReady = state.booted && !state.quarantined && !state.isLeaving;
  if (!isReady || state.retryAtMs !== undefined) {
    return refuse('not-ready', 'the donor is not ready to write');
  }
  if (turn.env.replica.registers.isGone(from)) {
    return refuse('not-ready', 'the asker was forgotten or has left: it gets nothing any more');
  }
  if (state.register.desk !== undefined && message.inCounter > (estateOf(state).out[from] ?? 0)) {
    // It may have taken our reserve over while we slept: guardians know.
    readOwn(turn);
    return refuse('not-ready', 'the donor looks again at what it gave');
  }
  const problem = contradiction(turn, from, message);
  if (problem !== undefined) return refuse('rolled-back', problem.message, problem.acknowledged);
  if (isOutstanding(state, from, pool.name)) {
    return resendTo(turn, from, message.inCounter);
  }
  if (!mayTrade(estateOf(state), from)) {
    return refuse('quota', `the donor has dealt with ${mostTraded} members, and gives to no other`);
  }
  if (isOverQuota(turn, from, pool)) return refuse('quota', 'the asker has its quota of this pool');
  if (!takeToken(turn, from)) return refuse('too-fast', 'too many requests in a short time');
  const keep = message.needed ? 0 : state.tuning.reserveBlocks;
  intend(turn, { kind: 'grant', to: from, pool: pool.name, length: message.length, keep });
}

/**
 * What is wrong with an asker's counter, if anything. One below an acknowledged counter is an old request,
 * or an asker that went back in time: it is told what it acknowledged, and only when it denies that is it
 * proven. One that claims more than we gave makes us the suspect, on its word alone. An asker that has
 * what we think is on its way has acknowledged it.
 */
function contradiction(
  turn: Turn,
  from: MemberId,
  { inCounter, denies }: Request,
): { readonly message: string; readonly acknowledged?: number } | undefined {
  const estate = estateOf(turn.state);
  const acknowledged = acknowledgedCounter(estate, from);
  const given = estate.out[from] ?? 0;
  if (inCounter > given) {
    const message = `${from} says it accepted ${inCounter} grants from here, but ${given} were given: its state or ours went back in time`;
    raise(turn, from, { code: 'rolled-back', message });
    return { message };
  }
  if (inCounter < acknowledged) {
    const message = `${from} has forgotten grants that it had acknowledged (${inCounter} of ${acknowledged})`;
    const isProven = denies !== undefined && denies <= acknowledged && inCounter < denies;
    if (!isProven) return { message, acknowledged };
    const meaning = 'its state went back in time; it gets nothing from here';
    raise(turn, from, { code: 'rolled-back', message: `${message}: ${meaning}` });
    return { message };
  }
  if (inCounter > acknowledged) onAck(turn, from, { type: 'ack', counter: inCounter });
  return undefined;
}

function isOverQuota(turn: Turn, from: MemberId, pool: Pool): boolean {
  const { state, env } = turn;
  if (state.tuning.quota >= 1) return false;
  const share = env.replica.view.shares(pool.name).get(from) ?? 0n;
  return Number(share) >= Number(sizeOf(prefixOf(pool.prefix))) * state.tuning.quota;
}

function takeToken(turn: Turn, from: MemberId): boolean {
  const { env } = turn;
  const { grantBurst, grantsPerMinute } = turn.state.tuning;
  const peer = peerOf(turn.state, env, from);
  const refill = ((env.nowMs - peer.tokensAtMs) / 60_000) * grantsPerMinute;
  peer.tokens = Math.min(grantBurst, peer.tokens + refill);
  peer.tokensAtMs = env.nowMs;
  if (peer.tokens < 1) return false;
  peer.tokens -= 1;
  return true;
}

/** Sends again what `to` has not acknowledged. What it took over it must fetch, with the votes of the guardians. */
export function resendTo(turn: Turn, to: MemberId, after: number): void {
  let isTold = false;
  for (const { counter, record, to: whom } of estateOf(turn.state).outbox) {
    if (whom !== to || counter <= after) continue;
    if (record.body.kind === 'grant') {
      const hint = hintFor(turn, record.body.pool, to);
      send(turn, to, { type: 'grant', record, counter, hint });
    } else if (!isTold) {
      send(turn, to, { type: 'collect', owner: turn.state.member });
      isTold = true;
    }
  }
}

/** `from` accepted everything up to a counter: publish what it may have died with, drop the outbox. */
export function onAck(turn: Turn, from: MemberId, message: Ack): void {
  const { state } = turn;
  const estate = estateOf(state);
  if (message.counter > (estate.out[from] ?? 0)) return;
  if (message.update !== undefined) receiveUpdate(turn, from, message.update);
  const entries = estate.outbox.filter(
    (entry) => entry.to === from && entry.counter <= message.counter,
  );
  if (entries.length === 0) return;
  const unknown = entries
    .map((entry) => entry.record)
    .filter((record) => !isPublished(turn, record));
  const whole = unknown.filter(isWhole);
  if (whole.length > 0) intend(turn, { kind: 'publish', entries: whole });
  // Only the taker can have the votes with which it took something over: it tells, and strikes the entry itself.
  if (whole.length < unknown.length) send(turn, from, { type: 'collect', owner: state.member });
  const { counter } = message;
  if (isAcknowledging(state, from, counter)) return;
  const change = { kind: 'acknowledged' as const, to: from, counter };
  intend(turn, { kind: 'change', change });
}

/** Sends the outbox again to connected peers whose pause is over; pauses double. */
export function resendDue(turn: Turn): void {
  const { state, env } = turn;
  const waiting = new Set(estateOf(state).outbox.map((entry) => entry.to));
  for (const to of waiting) {
    const peer = peerOf(state, env, to);
    if (!peer.connected || env.nowMs < peer.resendAtMs) continue;
    resendTo(turn, to, 0);
    peer.resendAtMs = env.nowMs + peer.resendPauseMs;
    peer.resendPauseMs = Math.min(peer.resendPauseMs * 2, state.tuning.resendMaxMs);
  }
}
