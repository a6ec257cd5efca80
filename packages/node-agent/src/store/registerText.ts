// Registers as JSON that people can read with `sqlite3`, and back. Bytes stand as {"base64": "..."}. What is
// read is checked field by field and against its sum: a flipped bit is a refusal, never another register.
import { createHash } from 'node:crypto';
import { type Result, refuse } from '@hedgerow/core';
import { checkAcceptorRecord, checkVersioned } from '@hedgerow/core/codec';
import type { Estate } from '@hedgerow/core/estate';
import type { AcceptorRecord, Versioned } from '@hedgerow/core/register';

/** A register's text with the SHA-256 of it, 64 hex digits. */
export interface Summed {
  readonly text: string;
  readonly sum: string;
}

/** One line of JSON and its sum. */
export function toText(value: Versioned | AcceptorRecord<Estate>): Summed {
  const text = JSON.stringify(plainOf(value));
  return { text, sum: sumOf(text) };
}

/** The same with text in place of bytes. Holdings have none, and there may be thousands. */
function plainOf(part: unknown): unknown {
  if (typeof part !== 'object' || part === null) return part;
  if (part instanceof Uint8Array) return { base64: Buffer.from(part).toString('base64') };
  if (Array.isArray(part)) return part.map(plainOf);
  const fields = Object.entries(part);
  return Object.fromEntries(
    fields.map(([key, value]) => [key, key === 'holdings' ? value : plainOf(value)]),
  );
}

/** The register that its owner keeps. Codes: `register-sum`, `register-malformed`. */
export function versionedFromText(summed: Summed): Result<Versioned> {
  return fromText(summed, checkVersioned);
}

/** The register that a guardian keeps. Codes: `register-sum`, `register-malformed`. */
export function acceptorFromText(summed: Summed): Result<AcceptorRecord<Estate>> {
  return fromText(summed, checkAcceptorRecord);
}

function fromText<T>({ text, sum }: Summed, check: (plain: unknown) => Result<T>): Result<T> {
  if (sumOf(text) !== sum) return refuse('register-sum', 'its sum does not match');
  try {
    return check(JSON.parse(text, withBytes));
  } catch (error) {
    return refuse('register-malformed', (error as Error).message);
  }
}

function withBytes(_key: string, part: unknown): unknown {
  if (typeof part !== 'object' || part === null || !('base64' in part)) return part;
  const bytes = Buffer.from(String(part.base64), 'base64');
  return bytes.toString('base64') === part.base64 ? new Uint8Array(bytes) : part;
}

function sumOf(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
