/** Bad data is a returned value; only our own bugs throw. */
export type Result<T, E = Refusal> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly error: E };

/**
 * Why something was refused, as plain data.
 * `code` is stable and for programs; `message` is for people: what is wrong, what it means, what to do.
 */
export interface Refusal<Code extends string = string> {
  readonly code: Code;
  readonly message: string;
}

/** A success. */
export function ok<T>(value: T): { readonly ok: true; readonly value: T } {
  return { ok: true, value };
}

/** A refusal with a stable code and a sentence for people. */
export function refuse<Code extends string>(
  code: Code,
  message: string,
): { readonly ok: false; readonly error: Refusal<Code> } {
  return { ok: false, error: { code, message } };
}

/** The value, or a thrown error: only for constants and for what was checked before. */
export function must<T>(result: Result<T>): T {
  if (result.ok) return result.value;
  throw new Error(`${result.error.code}: ${result.error.message}`);
}
