/** The token that `init` prints: made from the state on disk, because no agent runs yet. */
import { ok, type Result } from '@hedgerow/core';
import { dialable, hostAddresses } from '../agent/host.ts';
import type { Config } from '../config/index.ts';
import { openState } from '../store/index.ts';
import { defaultTokenTtlMs, issueToken } from '../token/index.ts';

/** A token and what is doubtful about it. */
export interface FirstToken {
  readonly token: string;
  readonly warnings: readonly string[];
}

/** Opens the new state, makes a token, and closes it again. */
export function firstToken(config: Config, nowMs: number): Result<FirstToken> {
  const state = openState(config.state);
  if (!state.ok) return state;
  const { store } = state.value;
  try {
    const { dial, warnings } = dialAddresses(config);
    const token = issueToken(store, { dial, ttlMs: defaultTokenTtlMs, nowMs });
    return token.ok ? ok({ token: token.value, warnings }) : token;
  } finally {
    store.close();
  }
}

function dialAddresses({ advertise, listen }: Config): {
  readonly dial: readonly string[];
  readonly warnings: readonly string[];
} {
  const given = advertise.length > 0 ? advertise : dialable(listen, hostAddresses());
  if (given.length > 0) return { dial: given.slice(0, 32), warnings: [] };
  return {
    dial: dialable(listen, ['127.0.0.1', '::1']),
    warnings: [
      'this host has no address that others could dial, so the token works on this host only. ' +
        'Name an address with --advertise /ip4/ADDRESS/tcp/PORT.',
    ],
  };
}
