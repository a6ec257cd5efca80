// A register's value as JSON that people can read with `sqlite3`, and back. Bytes stand as
// {"base64": "..."}. What is read is checked field by field: the register is what this node believes.

import { ok, type Result, refuse } from '@hedgerow/core';
import type { Versioned } from '@hedgerow/core/register';
import { z } from 'zod';

const counter = z.int().min(0);
const bytes = z
  .strictObject({ base64: z.base64() })
  .transform(({ base64 }) => new Uint8Array(Buffer.from(base64, 'base64')));

const record = z.strictObject({
  type: z.literal('ownership'),
  body: z.strictObject({
    network: z.string(),
    pool: z.string(),
    prefix: z.string(),
    version: counter,
    owner: z.string(),
    predecessors: z.array(z.string()),
    kind: z.enum(['genesis', 'grant', 'reclaim', 'take-back', 'coalesce', 'pool']),
  }),
  writer: z.string(),
  signature: bytes,
  certificate: z.exactOptional(bytes),
});

const holding = z.strictObject({
  pool: z.string(),
  prefix: z.string(),
  version: counter,
  record: z.string(),
  use: z.enum(['reserve', 'committed', 'resting']),
});

const versioned: z.ZodType<Versioned> = z.strictObject({
  ballot: z.strictObject({ counter, proposer: z.string(), bootNonce: z.string() }),
  estate: z.strictObject({
    member: z.string(),
    holdings: z.array(holding),
    out: z.record(z.string(), counter),
    in: z.record(z.string(), counter),
    outbox: z.array(z.strictObject({ to: z.string(), counter, record })),
    guardians: z.strictObject({
      epoch: counter,
      members: z.array(z.strictObject({ member: z.string(), store: z.string() })),
    }),
    bootNonce: z.string(),
  }),
});

/** One line of JSON. */
export function registerToText(value: Versioned): string {
  return JSON.stringify(value, (_key, part: unknown) =>
    part instanceof Uint8Array ? { base64: Buffer.from(part).toString('base64') } : part,
  );
}

/** The value of such a line. Code: `register-malformed`. */
export function registerFromText(text: string): Result<Versioned> {
  try {
    const parsed = versioned.safeParse(JSON.parse(text));
    if (parsed.success) return ok(parsed.data);
    const issue = parsed.error.issues[0];
    return refuse('register-malformed', `${issue?.path.join('.')}: ${issue?.message}`);
  } catch (error) {
    return refuse('register-malformed', (error as Error).message);
  }
}
