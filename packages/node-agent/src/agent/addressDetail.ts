/** What this node knows of one address, and its release by an operator. */
import { ok, type Result, refuse } from '@hedgerow/core';
import {
  type Address,
  bitsOf,
  contains,
  formatAddress,
  formatPrefix,
  parseAddress,
  prefixOf,
} from '@hedgerow/core/address';
import { blockOf, bookPool, explainReserved, reservedReason } from '@hedgerow/core/book';
import { blockState, restLeft } from '@hedgerow/core/claims';
import type { Pool } from '@hedgerow/core/membership';
import type { AddressDetail, ReleaseReport } from '../report/index.ts';
import { type AddressPlace, nodeFiles } from '../rundir/index.ts';
import { placeOf, restMsOf } from './assemble.ts';
import type { Parts } from './parts.ts';

interface Located {
  readonly address: Address;
  readonly pool: Pool | undefined;
}

/** Everything this node knows about an address. Refusals: `address`. */
export function showAddress(parts: Parts, text: string): Result<AddressDetail> {
  const located = locate(parts, text);
  if (!located.ok) return located;
  const { address, pool } = located.value;
  const written = formatAddress(address);
  if (pool === undefined) return ok({ address: written });
  const place = placeIn(pool, address);
  const open = bookPool(pool);
  const reason = reservedReason(open, place.block, address);
  const state = blockState(nodeFiles, placeOf(parts), pool.name, place.block);
  const holder = parts.runDirectory.holder(place);
  const rest = { name: pool.name, restMs: restMsOf(parts.options) };
  const restLeftMs = restLeft(nodeFiles, placeOf(parts), rest, address, Date.now());
  const owner = ownerIn(parts, pool, address);
  return ok({
    address: written,
    pool: pool.name,
    block: formatPrefix(place.block),
    ...(typeof state === 'string' ? { blockState: state } : {}),
    ...(reason === undefined ? {} : { reserved: explainReserved(open, place.block, reason) }),
    ...(holder === undefined ? {} : { holder }),
    ...(holder === undefined && restLeftMs > 0 ? { restLeftMs: Math.round(restLeftMs) } : {}),
    ...(owner === undefined ? {} : { owner }),
  });
}

/** Frees what holds an address here. Refusals: `address`, `unknown`, and those of `releaseHeld`. */
export function releaseAddress(
  parts: Parts,
  text: string,
  isForced: boolean,
): Result<ReleaseReport> {
  const located = locate(parts, text);
  if (!located.ok) return located;
  const { address, pool } = located.value;
  if (pool !== undefined) {
    const released = parts.runDirectory.release(placeIn(pool, address), isForced);
    if (released.ok || released.error.code !== 'free') return released;
    const owner = ownerIn(parts, pool, address);
    if (owner === undefined || owner.isSelf) return released;
    const where = `${owner.prefix} belongs to ${owner.name || owner.member}: ask there`;
    return refuse('free', `${released.error.message} ${where}.`);
  }
  const pools = parts.genesis.pools.map(({ name, prefix }) => `${name} (${prefix})`).join(', ');
  return refuse('unknown', `${formatAddress(address)} is in no pool; there are: ${pools}.`);
}

function locate({ genesis }: Parts, text: string): Result<Located> {
  const parsed = parseAddress(text);
  if (!parsed.ok) return refuse('address', parsed.error.message);
  const address = parsed.value;
  const pool = genesis.pools.find(({ prefix }) => contains(prefixOf(prefix), address));
  return ok({ address, pool });
}

function placeIn(pool: Pool, address: Address): AddressPlace {
  return { pool: pool.name, block: blockOf(bookPool(pool), address), address };
}

/** Who owns it by the view: information, also about this node itself. */
function ownerIn({ env, state }: Parts, pool: Pool, address: Address): AddressDetail['owner'] {
  const { view, members } = env.replica;
  const piece = view.lookup(pool.name, `${formatAddress(address)}/${bitsOf(address.family)}`);
  if (piece === undefined) return undefined;
  const { owner: member, prefix, version, disputed } = piece;
  const isSelf = member === state.key.member;
  return { member, name: members.get(member)?.name ?? '', prefix, version, disputed, isSelf };
}
