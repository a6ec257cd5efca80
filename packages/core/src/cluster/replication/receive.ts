/** How entries of the set come in, and what their arrival sets off. */
import type { MemberBody, MemberId } from '../../membership/types.ts';
import type { SignedRecord } from '../../ownership/types.ts';
import type { Received, Update } from '../../replica/types.ts';
import type { Turn } from '../state/index.ts';
import { askForDiff } from './askForDiff.ts';

/** Puts an update into the set and tells what was new: the world, and the rooms that wait for it. */
export function absorb(turn: Turn, update: Update): Received {
  const received = turn.env.replica.receive(update);
  if (received.added.length === 0) return received;
  const records: SignedRecord[] = [];
  const members: MemberBody[] = [];
  for (const entry of received.added) {
    if (entry.type === 'ownership') records.push(entry);
    else if (entry.type === 'member') members.push(entry.body);
    else {
      turn.happens(turn, { type: 'proof', owner: entry.body.owner });
      const owner = turn.env.replica.members.get(entry.body.owner);
      if (owner !== undefined) members.push(owner);
    }
  }
  if (records.length < received.added.length) {
    turn.happens(turn, { type: 'members' });
  }
  if (records.length > 0) {
    turn.effects.push({ type: 'event', event: { type: 'ownership', records } });
    turn.happens(turn, { type: 'records', records });
  }
  if (records.length < received.added.length) {
    turn.effects.push({ type: 'event', event: { type: 'members', members } });
  }
  return received;
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
