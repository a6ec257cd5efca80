// The fields that direct messages and stored registers are made of: each checked and bounded. Lists without
// a bound of their own are bounded by the frame that they come in.
import { z } from 'zod';
import { parseCidr } from '../address/index.ts';
import type { Cidr } from '../address/types.ts';
import { signatureLength } from '../crypto/index.ts';
import type { MemberId } from '../membership/types.ts';
import { checkEntry } from '../ownership/index.ts';
import type { SignedRecord } from '../ownership/types.ts';

/** Longest message on the wire, 1 MiB. A receiver closes the stream of whoever sends more. */
export const maxFrameBytes: number = 1024 * 1024;

/** Most bytes of an update or a vector in one message: a frame less its other fields. */
export const maxPayloadBytes: number = maxFrameBytes - 1024;

/** Most guardians of one register, and most votes in one proof. */
export const maxGuardians = 16;

/** Longest text of an IPv6 prefix is 43 characters. */
const maxCidrLength = 49;

export const member: z.ZodType<MemberId> = z
  .string()
  .regex(/^[1-9A-HJ-NP-Za-km-z]{1,64}$/, 'a peer id');
/** Nobody proposed what a seed carried in. */
export const proposer: z.ZodType<string> = z
  .string()
  .regex(/^[1-9A-HJ-NP-Za-km-z]{0,64}$/, 'a peer id, or nobody');
export const hash: z.ZodType<string> = z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits');
export const nonce: z.ZodType<string> = z.string().regex(/^[!-~]{1,64}$/, 'up to 64 characters');
/** '' before the first start. */
export const lastNonce: z.ZodType<string> = z
  .string()
  .regex(/^[!-~]{0,64}$/, 'up to 64 characters');
export const pool: z.ZodType<string> = z.string().regex(/^[!-~]{1,63}$/, 'the name of a pool');
export const counter: z.ZodType<number> = z.int().min(0);
export const prefix: z.ZodType<Cidr> = z
  .string()
  .refine((text) => text.length <= maxCidrLength && parseCidr(text).ok, 'a canonical CIDR prefix');
export const payload: z.ZodType<Uint8Array> = z
  .instanceof(Uint8Array)
  .refine((bytes) => bytes.length <= maxPayloadBytes, 'too many bytes');
export const signature: z.ZodType<Uint8Array> = z
  .instanceof(Uint8Array)
  .refine((bytes) => bytes.length === signatureLength, `${signatureLength} bytes`);

/** A record as a map of its own fields; see `checkEntry` for what is checked. */
export const record: z.ZodType<SignedRecord> = z.unknown().transform((value, context) => {
  const entry = checkEntry(value);
  if (entry.ok && entry.value.type === 'ownership') return entry.value;
  context.addIssue(entry.ok ? 'not a record of ownership' : entry.error.message);
  return z.NEVER;
});
