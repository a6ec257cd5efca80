// Registers as a database gives them back: plain data, checked field by field before anything is believed.
import type { z } from 'zod';
import type { Estate } from '../estate/types.ts';
import type { AcceptorRecord } from '../register/judge.ts';
import type { Versioned } from '../register/types.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { acceptorRecord, versioned } from './registerShapes.ts';

type Checked<T> = Result<T, Refusal<'register-malformed'>>;

/** The register of an owner that keeps it itself. Code: `register-malformed`, with the place that is wrong. */
export function checkVersioned(plain: unknown): Checked<Versioned> {
  return check(versioned, plain);
}

/** What a guardian keeps for one register and epoch. Code: `register-malformed`, with the place. */
export function checkAcceptorRecord(plain: unknown): Checked<AcceptorRecord<Estate>> {
  return check(acceptorRecord, plain);
}

function check<T>(shape: z.ZodType<T>, plain: unknown): Checked<T> {
  const parsed = shape.safeParse(plain);
  if (parsed.success) return ok(parsed.data);
  const issue = parsed.error.issues[0];
  return refuse('register-malformed', `${issue?.path.join('.')}: ${issue?.message}`);
}
