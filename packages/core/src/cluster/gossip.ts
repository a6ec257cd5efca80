/** How entries of the set come in, and what their arrival sets off. */

import type { MemberBody, MemberId } from '../membership/types.ts';
import { entryId, recordId } from '../ownership/record.ts';
import type { SignedRecord } from '../ownership/types.ts';
import type { Received, Update } from '../replica/types.ts';
import { retryHeld } from './accept.ts';
import { watchDisputes } from './disputes.ts';
import { learnProof, learnReclaims } from './registers/index.ts';
import { peerOf } from './state.ts';
import { askForDiff } from './sync.ts';
import type { Turn } from './turn.ts';
import type { Input } from './types.ts';

/** Puts an update into the set, tells the world what was new, and looks again at what waited for it. */
export function absorb(turn: Turn, update: Update): Received {
  const received = turn.env.replica.receive(update);
  if (received.added.length === 0) return received;
  const records: SignedRecord[] = [];
  const members: MemberBody[] = [];
  for (const entry of received.added) {
    if (entry.type === 'ownership') records.push(entry);
    else if (entry.type === 'member') members.push(entry.body);
    else {
      learnProof(turn, entry.body.owner);
      const owner = turn.env.replica.members.get(entry.body.owner);
      if (owner !== undefined) members.push(owner);
    }
  }
  if (records.length < received.added.length) {
    turn.state.register.isSetStale = true;
    retryHeld(turn);
  }
  if (records.length > 0) {
    turn.effects.push({ type: 'event', event: { type: 'ownership', records } });
    watchDisputes(turn);
    learnReclaims(turn, records);
    retryHeld(turn);
  }
  if (records.length < received.added.length) {
    turn.effects.push({ type: 'event', event: { type: 'members', members } });
  }
  return received;
}

/**
 * True when the set has this record in force. The same body under somebody else's signature is not
 * enough: it would leave the record pending for ever.
 */
export function isPublished(turn: Turn, record: SignedRecord): boolean {
  const status = turn.env.replica.view.status(recordId(record.body));
  return status === 'active' || status === 'dominated';
}

/** True for a record that can be in force as it is: what was taken over needs the votes of guardians beside it. */
export function isWhole({ body, certificate }: SignedRecord): boolean {
  return body.kind !== 'reclaim' || certificate !== undefined;
}

/**
 * True when this record is in the set on the same word, or its body is in force: it cannot be lost with us any more.
 * Each look into a register finds other votes for it, and one of them is enough.
 */
export function isTold(turn: Turn, record: SignedRecord): boolean {
  const { replica } = turn.env;
  const isThere = isWhole(record) && replica.has(entryId(record));
  return isThere || replica.view.isVouched(record) || isPublished(turn, record);
}

/**
 * Entries from another member: gossip or anti-entropy. What was new is stored when convenient; what was
 * left out, and why, is returned.
 */
export function receiveUpdate(turn: Turn, from: MemberId, update: Update): Received {
  const received = absorb(turn, update);
  if (received.update !== undefined) {
    turn.effects.push({ type: 'keep', update: received.update });
  }
  const code = received.refused?.code;
  if (code === 'gap' || code === 'taken') askForDiff(turn, from);
  return received;
}

/** An update came over gossip. */
export function onGossip(turn: Turn, input: Extract<Input, { type: 'gossip' }>): void {
  peerOf(turn.state, turn.env, input.from).lastHeardMs = turn.env.nowMs;
  const { refused } = receiveUpdate(turn, input.from, input.update);
  if (refused?.code === 'invalid') {
    turn.effects.push({ type: 'reject', message: refused.message });
  }
}
