/**
 * Anti-entropy: hashes first, vectors only where hashes differ, ids only where vectors are equal.
 *
 *  1. Equal hashes: nothing more is said.
 *  2. Hashes differ: the two exchange vectors, and each sends what the other's vector lacks.
 *  3. Hashes differ and neither vector lacks anything: some place of a writer holds two different
 *     entries (a restored snapshot). The hashes of 16 slices of ids are compared, then those of a slice
 *     that differs, until it is small enough to list: what the other lacks is published again under
 *     our own client.
 */
import type { MemberId } from '../../membership/types.ts';
import type { Message } from '../contract/index.ts';
import { send, type Turn } from '../state/index.ts';
import { intend } from '../writes/index.ts';
import { askForDiff, sendVector } from './askForDiff.ts';
import { receiveUpdate } from './receive.ts';

/** A slice with about this many ids is listed; a larger one is divided. */
const idsPerSlice = 2048;
/** Most ids in one message. */
const maxIds = 4 * idsPerSlice;

/** Bytes of one `syncUpdate`. */
const updateBytes = 256 * 1024;

type Sync<T extends Message['type']> = Extract<Message, { type: T }>;

/** A peer told its hash. */
export function onSyncHash(turn: Turn, from: MemberId, hash: string): void {
  if (hash !== turn.env.replica.hash()) askForDiff(turn, from);
}

/** A peer told its vector: it wants what it lacks, and may have what we lack. */
export function onSyncVector(turn: Turn, from: MemberId, message: Sync<'syncVector'>): void {
  const { replica } = turn.env;
  if (message.hash === replica.hash()) return;
  const portion = replica.portion(message.vector, updateBytes);
  if (portion !== undefined) {
    const { update, more } = portion;
    send(turn, from, { type: 'syncUpdate', update, more });
  }
  const lacking = replica.lacks(message.vector);
  if (lacking && message.reply) sendVector(turn, from, false);
  if (portion === undefined && !lacking) compareSlice(turn, from, '');
}

/** A peer sent what our vector lacked, or a part of it: then the next part is asked for at once. */
export function onSyncUpdate(turn: Turn, from: MemberId, message: Sync<'syncUpdate'>): void {
  const { update } = receiveUpdate(turn, from, message.update);
  if (message.more && update !== undefined) sendVector(turn, from, false);
}

const digits = [...'0123456789abcdef'];

/** Lists a small slice; of a large one, tells the hashes of its 16 parts. */
function compareSlice(turn: Turn, to: MemberId, slice: string): void {
  const { replica } = turn.env;
  if (replica.size / 16 ** slice.length <= idsPerSlice) return sendIds(turn, to, slice, true);
  const hashes = digits.map((digit) => replica.sliceHash(slice + digit));
  send(turn, to, { type: 'syncSlice', slice, hashes });
}

/** A peer told the hashes of 16 slices: go on with one that differs. */
export function onSyncSlice(turn: Turn, from: MemberId, message: Sync<'syncSlice'>): void {
  const { replica, random } = turn.env;
  const parts = digits.map((digit) => message.slice + digit);
  const different = parts.filter((part, at) => replica.sliceHash(part) !== message.hashes[at]);
  const picked = different[Math.floor(random() * different.length)];
  if (picked !== undefined) compareSlice(turn, from, picked);
}

function sendIds(turn: Turn, to: MemberId, slice: string, reply: boolean): void {
  const ids = turn.env.replica.ids(slice).slice(0, maxIds);
  send(turn, to, { type: 'syncIds', slice, ids, reply });
}

/** A peer listed its ids of one slice: publish again what it lacks, and list ours once. */
export function onSyncIds(turn: Turn, from: MemberId, message: Sync<'syncIds'>): void {
  const theirs = new Set(message.ids);
  const missing = turn.env.replica.ids(message.slice).filter((id) => !theirs.has(id));
  if (missing.length > 0) intend(turn, { kind: 'republish', ids: missing.slice(0, maxIds) });
  if (message.reply) sendIds(turn, from, message.slice, false);
}

/** Compares hashes with a random connected peer, once a period. */
export function syncNow(turn: Turn): void {
  const { state, env } = turn;
  if (env.nowMs < state.syncAtMs) return;
  state.syncAtMs = env.nowMs + state.tuning.syncMs * (0.75 + env.random() / 2);
  let connected = 0;
  for (const peer of state.peers.values()) if (peer.connected) connected += 1;
  let skip = Math.floor(env.random() * connected);
  for (const [member, peer] of state.peers) {
    if (!peer.connected || skip-- > 0) continue;
    send(turn, member, { type: 'syncHash', hash: env.replica.hash() });
    return;
  }
}
