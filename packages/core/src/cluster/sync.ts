/**
 * Anti-entropy: hashes first, vectors only where hashes differ, ids only where vectors are equal.
 *
 *  1. Equal hashes: nothing more is said.
 *  2. Hashes differ: the two exchange vectors, and each sends what the other's vector lacks.
 *  3. Hashes differ and neither vector lacks anything: some place of a writer holds two different
 *     entries (a restored snapshot). A random slice of ids is compared, and what the other lacks is
 *     published again under our own client.
 */
import type { MemberId } from '../membership/types.ts';
import { receiveUpdate } from './gossip.ts';
import { peerOf } from './state.ts';
import { send, type Turn } from './turn.ts';
import type { Message } from './types.ts';
import { intend } from './writes.ts';

/** Ids in one message: a slice is chosen so that about this many fall into it. */
const idsPerSlice = 2048;
/** The same peer is asked for a diff at most this often. */
const diffPauseMs = 500;
/** Bytes of one `syncUpdate`. */
const updateBytes = 256 * 1024;

type Sync<T extends Message['type']> = Extract<Message, { type: T }>;

/** Asks a peer for what we lack. Not twice within a pause, unless something waits for the answer. */
export function askForDiff(turn: Turn, to: MemberId, isUrgent = false): void {
  const { env, state } = turn;
  const peer = peerOf(state, env, to);
  if (!peer.connected) return;
  if (!isUrgent && env.nowMs - peer.syncedAtMs < diffPauseMs) return;
  peer.syncedAtMs = env.nowMs;
  sendVector(turn, to, true);
}

function sendVector(turn: Turn, to: MemberId, reply: boolean): void {
  const { replica } = turn.env;
  send(turn, to, { type: 'syncVector', hash: replica.hash(), vector: replica.vector(), reply });
}

/** A peer told its hash. */
export function onSyncHash(turn: Turn, from: MemberId, hash: string): void {
  if (hash !== turn.env.replica.hash()) askForDiff(turn, from);
}

/** A peer told its vector: it wants what it lacks, and may have what we lack. */
export function onSyncVector(turn: Turn, from: MemberId, message: Sync<'syncVector'>): void {
  const { replica } = turn.env;
  if (message.hash === replica.hash()) return;
  const update = replica.diff(message.vector, updateBytes);
  if (update !== undefined) {
    const more = update instanceof Uint8Array && update.length * 2 > updateBytes;
    send(turn, from, { type: 'syncUpdate', update, more });
  }
  const lacking = replica.lacks(message.vector);
  if (lacking && message.reply) sendVector(turn, from, false);
  if (update === undefined && !lacking) sendIds(turn, from, randomSlice(turn), true);
}

/** A peer sent what our vector lacked; a full message means that there is more. */
export function onSyncUpdate(turn: Turn, from: MemberId, message: Sync<'syncUpdate'>): void {
  const before = turn.env.replica.size;
  receiveUpdate(turn, from, message.update);
  if (message.more && turn.env.replica.size > before) sendVector(turn, from, false);
}

function randomSlice(turn: Turn): string {
  let slice = '';
  for (let size = turn.env.replica.size; size > idsPerSlice; size /= 16) {
    slice += Math.floor(turn.env.random() * 16).toString(16);
  }
  return slice;
}

function sendIds(turn: Turn, to: MemberId, slice: string, reply: boolean): void {
  const ids = turn.env.replica.ids().filter((id) => id.startsWith(slice));
  send(turn, to, { type: 'syncIds', slice, ids, reply });
}

/** A peer listed its ids of one slice: publish again what it lacks, and list ours once. */
export function onSyncIds(turn: Turn, from: MemberId, message: Sync<'syncIds'>): void {
  const theirs = new Set(message.ids);
  const ids = turn.env.replica.ids().filter((id) => id.startsWith(message.slice));
  const missing = ids.filter((id) => !theirs.has(id));
  if (missing.length > 0) intend(turn, { kind: 'republish', ids: missing });
  if (message.reply) sendIds(turn, from, message.slice, false);
}

/** Compares hashes with a random connected peer, once a period. */
export function syncNow(turn: Turn): void {
  const { state, env } = turn;
  if (env.nowMs < state.syncAtMs) return;
  state.syncAtMs = env.nowMs + state.tuning.syncMs * (0.75 + env.random() / 2);
  const connected = [...state.peers].filter(([, peer]) => peer.connected);
  const picked = connected[Math.floor(env.random() * connected.length)];
  if (picked !== undefined) send(turn, picked[0], { type: 'syncHash', hash: env.replica.hash() });
}
