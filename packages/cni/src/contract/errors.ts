/** Errors as the CNI specification writes them, section "Error". */
import type { Result } from '@hedgerow/core';

/** `1` to `99` are the specification's, from 100 on they are ours. */
export const errorCode = {
  version: 1,
  environment: 4,
  io: 5,
  decode: 6,
  config: 7,
  tryAgain: 11,
  notAvailable: 50,
  /** STATUS: not available, and containers that run may have limited connectivity. */
  limited: 51,
  /** A mistake of the plugin itself. */
  internal: 100,
  /** The run directory could have been written by somebody else. */
  unsafeRunDirectory: 101,
  /** The run directory was written by another version. */
  otherLayout: 102,
  /** A requested address cannot be given. */
  requestRefused: 103,
  /** CHECK: what is held is not what the result says. */
  mismatch: 104,
  /** ADD for an attachment that has its addresses already. */
  held: 105,
} as const;

export interface CniError {
  readonly code: number;
  /** What is wrong, short. */
  readonly msg: string;
  /** What it means and what to do. */
  readonly details: string;
}

export type CniResult<T> = Result<T, CniError>;

export function cniError(
  code: keyof typeof errorCode,
  msg: string,
  details: string,
): { readonly ok: false; readonly error: CniError } {
  return { ok: false, error: { code: errorCode[code], msg, details } };
}
