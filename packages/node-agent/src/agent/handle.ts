/** The agent's public face, over its parts. */

import { randomBytes } from 'node:crypto';
import type { Result } from '@hedgerow/core';
import { ok } from '@hedgerow/core';
import { mapReport } from '../report/index.ts';
import { encodeToken } from '../token/index.ts';
import { releaseAddress, showAddress } from './addressDetail.ts';
import { allocate, release } from './allocate.ts';
import { aboutForget, forget, leave, leaveReport } from './departures.ts';
import { dialable, hostAddresses } from './host.ts';
import type { Parts } from './parts.ts';
import { statusOf } from './reports.ts';
import type { Agent } from './types.ts';

const defaultTtlMs = 3_600_000;

/** What `createAgent` returns. */
export function agentHandle(parts: Parts, stop: () => Promise<void>): Agent {
  const { state, genesis, env, events, runDirectory, transport } = parts;
  const { network } = state.store.identity;
  let stopping: Promise<void> | undefined;
  return {
    member: state.key.member,
    network,
    status: () => statusOf(parts),
    map: (pool) => {
      const { view, members } = env.replica;
      return mapReport(
        { network, member: state.key.member, pools: genesis.pools, members, view },
        pool,
      );
    },
    addresses: () => runDirectory.addresses(),
    showAddress: (address) => showAddress(parts, address),
    releaseAddress: (address, force = false) => releaseAddress(parts, address, force),
    collectGarbage: (dryRun = false) => runDirectory.collect(dryRun),
    createToken: (ttlMs = defaultTtlMs) => createToken(parts, ttlMs),
    aboutForget: (member) => aboutForget(parts, member),
    forget: (member, now = false, unsafe?) => forget(parts, member, now, unsafe),
    leave: () => leave(parts),
    leaving: () => leaveReport(parts),
    listening: transport.addresses(),
    allocate: (wish) => allocate(parts, wish),
    release: ({ attachment }) => release(parts, attachment),
    on: (event, listener) => {
      events.on(event, listener as never);
    },
    off: (event, listener) => {
      events.off(event, listener as never);
    },
    stop: () => {
      stopping ??= stop();
      return stopping;
    },
  };
}

function createToken({ state, transport, options }: Parts, ttlMs: number): Result<string> {
  const { network, psk } = state.store.identity;
  const dial = options.advertise?.length
    ? options.advertise
    : dialable(transport.addresses(), hostAddresses());
  const createdAtMs = Date.now();
  const expiresAtMs = createdAtMs + ttlMs;
  const stored = state.store.putToken({
    id: randomBytes(8).toString('hex'),
    created: new Date(createdAtMs).toISOString(),
    expires: new Date(expiresAtMs).toISOString(),
    revoked: false,
  });
  return stored.ok ? ok(encodeToken({ network, psk, dial, expiresAtMs })) : stored;
}
