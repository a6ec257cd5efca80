// The shape and the bounds of every direct message. Unknown types and unknown keys are refused: a new
// meaning gets a new protocol id, never a field that old members silently drop.
import { z } from 'zod';
import type { Message, RefusalReason } from '../cluster/contract/index.ts';
import { maxCounted } from '../cluster/contract/index.ts';
import { digestLength, toHex } from '../crypto/index.ts';
import { decodeEntry } from '../ownership/index.ts';
import type { RecordId, SignedRecord } from '../ownership/types.ts';
import { counter, hash, maxPayloadBytes, member, nonce, payload, pool, prefix } from './fields.ts';
import { answer, ask } from './registerShapes.ts';

/** Most ids in one `syncIds` message. */
export const maxSyncIds: number = Math.floor(maxPayloadBytes / digestLength);

/** Most characters of words for people. */
export const maxTextLength = 1000;

const reasons = [
  'no-reserve',
  'too-fast',
  'quota',
  'rolled-back',
  'unknown-pool',
  'not-ready',
] as const satisfies readonly RefusalReason[];

const network = z.string().regex(/^sha256:[0-9a-f]{64}$/, 'a network id');
const slice = z.string().regex(/^[0-9a-f]{0,64}$/, 'up to 64 hex digits');
const hint = z.strictObject({ left: counter, better: z.array(member).max(3) });

const record = payload.transform((bytes, context): SignedRecord => {
  const entry = decodeEntry(bytes);
  if (entry.ok && entry.value.type === 'ownership') return entry.value;
  context.addIssue(entry.ok ? 'not a record of ownership' : entry.error.message);
  return z.NEVER;
});

const ids = payload
  .refine((bytes) => bytes.length % digestLength === 0, 'not a whole number of ids')
  .transform((bytes): readonly RecordId[] => {
    const count = bytes.length / digestLength;
    return Array.from({ length: count }, (_, i) =>
      toHex(bytes.subarray(i * digestLength, (i + 1) * digestLength)),
    );
  });

/** Most members that one census gives up, and most that get their registers back. */
const maxOwners = 256;
const stuck = z.strictObject({ member, epoch: counter, store: nonce });
const censusOf = {
  owners: z.array(member).max(maxOwners),
  stuck: z.array(stuck).max(maxOwners),
};
const piece = { pool, prefix };

/** Checks what CBOR gave, and makes a message of it. */
export const messageShape: z.ZodType<Message> = z.discriminatedUnion('type', [
  z.strictObject({
    type: z.literal('hello'),
    network,
    bootNonce: nonce,
    epoch: counter,
    hash,
    about: z.strictObject({ epoch: counter, taken: counter, given: counter }),
  }),
  z.strictObject({
    type: z.literal('request'),
    pool,
    length: z.int().min(0).max(128),
    needed: z.boolean(),
    inCounter: counter,
    denies: z.exactOptional(counter),
  }),
  z.strictObject({ type: z.literal('grant'), record, counter, hint }),
  z.strictObject({
    type: z.literal('refusal'),
    pool,
    reason: z.enum(reasons),
    message: z.string().max(maxTextLength),
    hint,
    acknowledged: z.exactOptional(counter),
  }),
  z.strictObject({ type: z.literal('ack'), counter, update: z.exactOptional(payload) }),
  z.strictObject({ type: z.literal('resend'), after: counter }),
  z.strictObject({ type: z.literal('syncHash'), hash }),
  z.strictObject({
    type: z.literal('syncVector'),
    hash,
    vector: payload,
    reply: z.boolean(),
  }),
  z.strictObject({ type: z.literal('syncUpdate'), update: payload, more: z.boolean() }),
  z.strictObject({
    type: z.literal('syncSlice'),
    slice,
    hashes: z.array(z.string().max(64)).length(16),
  }),
  z.strictObject({ type: z.literal('syncIds'), slice, ids, reply: z.boolean() }),
  z.strictObject({ type: z.literal('register'), ask }),
  z.strictObject({ type: z.literal('registerAnswer'), answer }),
  z.strictObject({ type: z.literal('heartbeat'), bootNonce: nonce, isLast: z.boolean() }),
  z.strictObject({ type: z.literal('heartbeatReply'), bootNonce: nonce }),
  z.strictObject({ type: z.literal('collect'), owner: member }),
  z.strictObject({ type: z.literal('stillHeard'), owner: member }),
  z.strictObject({ type: z.literal('census'), ...censusOf }),
  z.strictObject({
    type: z.literal('censusAnswer'),
    ...censusOf,
    isShut: z.boolean(),
    own: z.exactOptional(stuck),
    held: z.array(z.strictObject(piece)).max(maxCounted),
    leaving: z.array(z.strictObject({ ...piece, to: member })).max(maxCounted),
    dealings: z
      .array(z.strictObject({ member, out: counter, given: counter, taken: counter }))
      .max(maxCounted),
    owned: z.string().regex(/^([0-9a-f]{64})?$/, '64 hex digits, or nothing'),
    problem: z.exactOptional(z.string().max(maxTextLength)),
  }),
]);
