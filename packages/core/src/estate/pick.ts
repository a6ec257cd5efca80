/**
 * What an estate gives when it is asked for space, and which block it commits next.
 *
 * Guarantees: a picked prefix is CIDR-aligned, wholly in reserve, a multiple of one block, at most
 * half of the reserve in that pool (a last block may be given whole), and made of at most
 * `maxPredecessors` records. It fits into the smallest aggregate that is large enough, so that large
 * ones stay large.
 */

import { formatPrefix, halves, mergePrefixes, prefixOf } from '../address/index.ts';
import type { Cidr, Prefix } from '../address/types.ts';
import type { MemberId, NetworkId, Pool } from '../membership/types.ts';
import type { RecordBody } from '../ownership/types.ts';
import { exactReserveBlocks, ofUse, overlapping } from './holdings.ts';
import type { Estate, Holding } from './types.ts';

/** A record names at most this many predecessors. */
export const maxPredecessors = 16;

/** What `aggregates` said of holdings, by pool: holdings are never changed, and are asked about at every turn. */
const merged = new WeakMap<readonly Holding[], Map<string, readonly Prefix[]>>();

/** The reserve of a pool as maximal aggregates, whatever records gave the parts. */
function aggregates({ holdings }: Estate, pool: string): readonly Prefix[] {
  const known = merged.get(holdings) ?? new Map<string, readonly Prefix[]>();
  merged.set(holdings, known);
  let prefixes = known.get(pool);
  if (prefixes === undefined) {
    prefixes = mergePrefixes(ofUse(holdings, pool, 'reserve').map((h) => prefixOf(h.prefix)));
    known.set(pool, prefixes);
  }
  return prefixes;
}

/** Smallest aggregate with at least the size of `length`; else the largest there is. */
function bestFit(prefixes: readonly Prefix[], length: number): Prefix | undefined {
  let best: Prefix | undefined;
  for (const prefix of prefixes) {
    if (best === undefined) best = prefix;
    else if (best.length > length) best = prefix.length < best.length ? prefix : best;
    else if (prefix.length <= length && prefix.length > best.length) best = prefix;
  }
  return best;
}

/** The last sub-prefix of this length, or the prefix itself when it is that small. */
function lastPart(prefix: Prefix, length: number): Prefix {
  let part = prefix;
  while (part.length < length) part = (halves(part) as readonly [Prefix, Prefix])[1];
  return part;
}

function firstPart(prefix: Prefix, length: number): Prefix {
  return { family: prefix.family, value: prefix.value, length };
}

/**
 * The prefix to grant when somebody asks for a prefix of `length`, or undefined when there is no reserve
 * beyond the `keep` blocks that stay. May be smaller than asked for, never larger than asked for unless that
 * is less than a block.
 */
export function pickGrant(
  estate: Estate,
  pool: Pool,
  length: number,
  keep: number = 0,
): Cidr | undefined {
  const blocks = exactReserveBlocks(estate.holdings, pool.name, pool.blockLength);
  const spare = blocks - BigInt(keep);
  if (spare < 1n) return undefined;
  const most = spare < blocks / 2n ? spare : blocks / 2n;
  const half = pool.blockLength - floorLog2(most);
  const wanted = Math.max(Math.min(length, pool.blockLength), half);
  const from = bestFit(aggregates(estate, pool.name), wanted);
  if (from === undefined) return undefined;
  let picked = lastPart(from, Math.max(wanted, from.length));
  while (predecessorsOf(estate, pool.name, picked).length > maxPredecessors) {
    picked = lastPart(picked, picked.length + 1);
  }
  return formatPrefix(picked);
}

/** 0 for everything below 2. */
function floorLog2(value: bigint): number {
  return value.toString(2).length - 1;
}

/** The next block to commit: first of the smallest aggregate, so that large ones stay whole. */
export function pickCommit(estate: Estate, pool: Pool): Cidr | undefined {
  const from = bestFit(aggregates(estate, pool.name), pool.blockLength);
  return from === undefined ? undefined : formatPrefix(firstPart(from, pool.blockLength));
}

function predecessorsOf(estate: Estate, pool: string, prefix: Prefix): readonly Holding[] {
  const byRecord = new Map<string, Holding>();
  for (const part of overlapping(estate.holdings, pool, prefix)) byRecord.set(part.record, part);
  return [...byRecord.values()].sort((a, b) => (a.record < b.record ? -1 : 1));
}

/** The body of the record that hands `prefix` to `owner`. */
export function grantBody(
  estate: Estate,
  network: NetworkId,
  pool: string,
  prefix: Cidr,
  owner: MemberId,
): RecordBody {
  const parts = predecessorsOf(estate, pool, prefixOf(prefix));
  const version = Math.max(...parts.map((part) => part.version)) + 1;
  const predecessors = parts.map((part) => part.record);
  return { network, pool, prefix, version, owner, predecessors, kind: 'grant' };
}
