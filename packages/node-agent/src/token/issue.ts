/** Makes a token on a member: the store remembers that it was given out, never its secret. */
import { randomBytes } from 'node:crypto';
import { ok, type Result } from '@hedgerow/core';
import type { Store } from '../store/index.ts';
import { encodeToken } from './token.ts';

/** How long a token is good when nobody says otherwise. */
export const defaultTokenTtlMs = 3_600_000;

/** The text of a new token, once the store has it. `dial`: multiaddrs of this member, at least one. */
export function issueToken(
  store: Pick<Store, 'identity' | 'putToken'>,
  wish: { readonly dial: readonly string[]; readonly ttlMs: number; readonly nowMs: number },
): Result<string> {
  const { network, psk } = store.identity;
  const { dial, nowMs } = wish;
  const expiresAtMs = nowMs + wish.ttlMs;
  const stored = store.putToken({
    id: randomBytes(8).toString('hex'),
    created: new Date(nowMs).toISOString(),
    expires: new Date(expiresAtMs).toISOString(),
    revoked: false,
  });
  return stored.ok ? ok(encodeToken({ network, psk, dial, expiresAtMs })) : stored;
}
