/**
 * Taking a grant. Numbered cases, in the order in which they are tried:
 *
 *  1. Not a grant to us, by the sender, of whole blocks of a pool we know, well signed: ignored.
 *  2. Counter at or below the last accepted: acknowledged again, if it is the grant we know.
 *  3. Counter beyond the next: the missing ones are asked for. A gap is never accepted.
 *  4. The next one, and the set shows that the sender owned it: accepted by one register write.
 *  5. The next one, but a predecessor has not arrived, or guardians are needed first: held until then.
 *  6. The next one, but the sender did not own it, or the record was accepted before and its addresses
 *     have gone on since: refused for good, with an alarm.
 */
import { covers, overlaps, prefixOf } from '../../address/index.ts';
import type { Change } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import { verifyRecord } from '../../ownership/record.ts';
import type { SignedRecord } from '../../ownership/types.ts';
import type { Update } from '../../replica/types.ts';
import type { Message } from '../contract/index.ts';
import { mayAccept } from '../register/index.ts';
import { askForDiff, isPublished } from '../replication/index.ts';
import type { Durable } from '../state/index.ts';
import { estateOf, peerOf, raise, send, type Turn } from '../state/index.ts';
import { intend, isAccepting, isAcknowledging } from '../writes/index.ts';

type Grant = Extract<Message, { type: 'grant' }>;

/** Grants held for one sender: more are asked for again later. */
const maxHeld = 16;

/** A grant arrived. */
export function onGrant(turn: Turn, from: MemberId, message: Grant): void {
  if (!isForUs(turn, from, message)) return;
  const accepted = estateOf(turn.state).in[from] ?? 0;
  if (message.counter <= accepted) again(turn, from, message, accepted);
  else if (message.counter > accepted + 1) askAgain(turn, from, accepted);
  else judge(turn, from, message);
}

/**
 * Case 3. Not for each grant that comes too early: the answer brings that one again, and while the missing
 * one cannot be accepted the two would chase each other for ever.
 */
function askAgain({ state, env, effects }: Turn, from: MemberId, after: number): void {
  const peer = peerOf(state, env, from);
  if (env.nowMs - peer.askedAgainAtMs < state.tuning.resendMs) return;
  peer.askedAgainAtMs = env.nowMs;
  effects.push({ type: 'send', to: from, message: { type: 'resend', after } });
}

function isForUs(turn: Turn, from: MemberId, { record }: Grant): boolean {
  const { state, env } = turn;
  const { body, writer } = record;
  const pool = state.pools.get(body.pool);
  if (pool === undefined || body.kind !== 'grant' || body.network !== state.network) return false;
  if (body.owner !== state.member || writer !== from || from === state.member) return false;
  const prefix = prefixOf(body.prefix);
  if (!covers(prefixOf(pool.prefix), prefix) || prefix.length > pool.blockLength) return false;
  return verifyRecord(record, env.verify);
}

/** Case 2. A record we never accepted under an old counter means that the sender was rolled back. */
function again(turn: Turn, from: MemberId, { record }: Grant, accepted: number): void {
  const { view } = turn.env.replica;
  const known = isPublished(turn, record);
  const verdict = known ? 'active' : view.assess(record);
  // A set that went back in time, or has not caught up, proves nothing.
  if (verdict === 'pending') return askForDiff(turn, from);
  if (verdict !== 'active') {
    raise(turn, from, {
      code: 'rolled-back',
      message: `${from} sends an old grant counter with another grant (${record.body.prefix}): its state went back in time; stop that node and see what it was restored from`,
    });
    return;
  }
  if (!known) intend(turn, { kind: 'publish', entries: [record] });
  send(turn, from, { type: 'ack', counter: accepted });
}

/** Cases 4 to 6. */
function judge(turn: Turn, from: MemberId, message: Grant): void {
  const { state, env } = turn;
  const { record, counter } = message;
  if (!state.booted || state.quarantined || isAccepting(state, record, from)) return;
  // Who leaves takes what was on its way, to hand it on; what comes later its giver takes back.
  if (estateOf(state).sealed) return;
  if (!mayAccept(turn)) return hold(turn, from, message);
  const peer = peerOf(state, env, from);
  switch (isSpent(turn, record) ? 'void' : env.replica.view.assess(record)) {
    case 'active':
      peer.held.delete(counter);
      settlePassed(turn, record);
      intend(turn, { kind: 'change', change: { kind: 'accept', from, counter, record } });
      return;
    case 'pending':
      askForDiff(turn, from, !peer.held.has(counter));
      return hold(turn, from, message);
    default:
      peer.held.delete(counter);
      raise(turn, `${from} ${counter}`, {
        code: 'dispute',
        message: `${from} grants ${record.body.prefix} of pool ${record.body.pool}, which it does not own or has given away already: not accepted`,
      });
  }
}

/**
 * What comes back to us went through the hands of those whom we gave it: whoever of them has not acknowledged that
 * did accept it, or nobody could give it on. It may be dead by now, and would stand in the way for long.
 */
export function settlePassed(turn: Turn, { body }: SignedRecord): void {
  const { state } = turn;
  const prefix = prefixOf(body.prefix);
  for (const { to, counter, record } of estateOf(state).outbox) {
    const isPassed = record.body.pool === body.pool && record.body.version < body.version;
    if (!isPassed || !overlaps(prefixOf(record.body.prefix), prefix)) continue;
    if (isAcknowledging(state, to, counter)) continue;
    intend(turn, { kind: 'change', change: { kind: 'acknowledged', to, counter } });
  }
}

/** A grant is in our register: its giver may strike it, and publish our entry should we die before we can. */
export function acknowledge(
  turn: Turn,
  _: Durable,
  { from, counter }: Extract<Change, { kind: 'accept' }>,
  update: Update | undefined,
): void {
  const ack = { type: 'ack' as const, counter };
  send(turn, from, update === undefined ? ack : { ...ack, update });
}

/** Keeps a grant until what it waits for is there. */
function hold({ state, env }: Turn, from: MemberId, message: Grant): void {
  const { held } = peerOf(state, env, from);
  if (held.size < maxHeld) held.set(message.counter, message);
  state.holding.add(from);
}

/**
 * True for a record that is in the set: it was accepted here before, since nobody publishes a grant earlier. Whether
 * its addresses have gone on since, the register knows before the view does.
 */
function isSpent(turn: Turn, record: SignedRecord): boolean {
  return isPublished(turn, record);
}

/** Looks again at grants that waited for a predecessor. */
export function retryHeld(turn: Turn): void {
  const { state, env } = turn;
  for (const from of [...state.holding]) {
    const { held } = peerOf(state, env, from);
    const inOrder = [...held.values()].sort((a, b) => a.counter - b.counter);
    for (const message of inOrder) onGrant(turn, from, message);
    if (held.size === 0) state.holding.delete(from);
  }
}
