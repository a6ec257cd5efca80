// What users say about addresses in a CNI configuration: those they exclude and those they ask for.
// Either the whole list can be followed, or it is refused as a whole with the reason.

import {
  bitsOf,
  contains,
  enclosingPrefix,
  formatAddress,
  formatPrefix,
  parseAddress,
  parsePrefix,
  quote,
} from '../address/index.ts';
import type { Address, Prefix } from '../address/types.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { reservedReason } from './candidates.ts';
import { blockOf } from './subnet.ts';
import type { BookPool, Place, ReservedReason } from './types.ts';

/** Codes of `checkRequested`. */
export type RequestRefusal = Refusal<
  'bad-request' | 'outside' | 'reserved' | 'excluded' | 'two-in-one-pool'
>;

/** Reads a list of addresses and prefixes that pods must not have. */
export function parseExcluded(
  texts: readonly string[],
): Result<readonly Prefix[], Refusal<'bad-exclude'>> {
  const excluded: Prefix[] = [];
  for (const text of texts) {
    const parsed = text.includes('/') ? parsePrefix(text) : parseHost(text);
    if (!parsed.ok) return refuse('bad-exclude', `ipam.exclude: ${parsed.error.message}`);
    excluded.push(parsed.value);
  }
  return ok(excluded);
}

/** One address as the prefix that contains nothing else. */
function parseHost(text: string): Result<Prefix> {
  const parsed = parseAddress(text);
  if (!parsed.ok) return parsed;
  return ok(enclosingPrefix(parsed.value, bitsOf(parsed.value.family)));
}

/**
 * Reads an address as users request it, with or without prefix length. The length must be one of the
 * family; which one is of no consequence, since the pool decides how its addresses look.
 */
export function parseRequested(text: string): Result<Address, Refusal<'bad-request'>> {
  const [head = '', length, rest] = text.split('/', 3);
  const parsed = parseAddress(head);
  if (!parsed.ok) return refuse('bad-request', `requested address: ${parsed.error.message}`);
  const bits = bitsOf(parsed.value.family);
  const sound =
    length === undefined || (/^(0|[1-9]\d{0,2})$/.test(length) && Number(length) <= bits);
  if (sound && rest === undefined) return ok(parsed.value);
  const wanted = `write ${head} alone or with a prefix length from 0 to ${bits}`;
  return refuse(
    'bad-request',
    `requested address ${quote(text)} has no valid prefix length: ${wanted}`,
  );
}

/**
 * Where each requested address belongs, in the order of the request, at most one in each pool. An address
 * that is asked for twice counts once. Whether it is free, and its block at hand, is for the caller to find out.
 */
export function checkRequested(
  pools: readonly BookPool[],
  requested: readonly string[],
  excluded: readonly Prefix[] = [],
): Result<readonly Place[], RequestRefusal> {
  const places: Place[] = [];
  for (const text of requested) {
    const parsed = parseRequested(text);
    if (!parsed.ok) return parsed;
    const address = parsed.value;
    if (places.some((place) => isSame(place.address, address))) continue;
    const found = placeOf(pools, address, excluded);
    if (!found.ok) return found;
    const rival = places.find((place) => place.pool === found.value.pool);
    if (rival) return refuseRival(found.value, rival);
    places.push(found.value);
  }
  return ok(places);
}

function isSame(a: Address, b: Address): boolean {
  return a.family === b.family && a.value === b.value;
}

function placeOf(
  pools: readonly BookPool[],
  address: Address,
  excluded: readonly Prefix[],
): Result<Place, RequestRefusal> {
  const text = formatAddress(address);
  const pool = pools.find(({ prefix }) => contains(prefix, address));
  if (!pool) {
    const known = pools.map(({ name, prefix }) => `${name} (${formatPrefix(prefix)})`).join(', ');
    const meaning = `${text} lies outside the pools of this network: ${known || 'none'}`;
    return refuse(
      'outside',
      `${meaning}; request an address of these, or name its pool in ipam.pools`,
    );
  }
  const block = blockOf(pool, address);
  const reason = reservedReason(pool, block, address, excluded);
  if (!reason) return ok({ pool, block, address });
  const code = reason === 'excluded' ? reason : 'reserved';
  return refuse(code, `${text} cannot be given: ${explainReserved(pool, block, reason)}`);
}

/** The reason as half a sentence about an address, for messages. */
export function explainReserved(pool: BookPool, block: Prefix, reason: ReservedReason): string {
  if (reason === 'excluded') return 'ipam.exclude takes it out; request another or change the list';
  const whole = `pool ${pool.name} (${formatPrefix(pool.prefix)})`;
  const owner = pool.subnet === 'pool' ? whole : `block ${formatPrefix(block)} of ${whole}`;
  const role = {
    network: 'network address',
    broadcast: 'broadcast address',
    'router-anycast': 'subnet-router anycast address',
    last: 'last address',
    gateway: 'gateway',
  }[reason];
  return `it is the ${role} of ${owner}; request another`;
}

function refuseRival(place: Place, rival: Place): Result<never, RequestRefusal> {
  const both = `${formatAddress(rival.address)} and ${formatAddress(place.address)}`;
  const meaning = `${both} are both of pool ${place.pool.name}, which gives one address to an attachment`;
  return refuse('two-in-one-pool', `${meaning}; request one of them`);
}
