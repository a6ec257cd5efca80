/**
 * Pure arithmetic on the holdings of one estate.
 *
 * Invariant kept by every function here: holdings are disjoint, sorted by pool and address; reserve
 * and resting pieces of one record are merged as far as CIDR allows; a committed holding is exactly
 * one block and never merged.
 */

import {
  comparePrefix,
  covers,
  formatPrefix,
  prefixOf,
  subtract,
  supernet,
} from '../address/index.ts';
import type { Cidr, Prefix } from '../address/types.ts';
import type { Holding, Use } from './types.ts';

/** Same record and use: the two could be halves of one piece. */
function sameOrigin(a: Holding, b: Holding): boolean {
  return a.pool === b.pool && a.record === b.record && a.use === b.use && a.use !== 'committed';
}

function compareHoldings(a: Holding, b: Holding): number {
  if (a.pool !== b.pool) return a.pool < b.pool ? -1 : 1;
  return comparePrefix(prefixOf(a.prefix), prefixOf(b.prefix));
}

/** The prefix that `a` and a later disjoint `b` are the two halves of, or undefined. */
function joined(a: Cidr, b: Cidr): Cidr | undefined {
  const left = prefixOf(a);
  const right = prefixOf(b);
  const parent = supernet(left);
  if (left.length !== right.length || parent === undefined) return undefined;
  return covers(parent, right) ? formatPrefix(parent) : undefined;
}

/** Sorted and merged. Linear after the sort: a merged piece is tried against the one before it. */
export function normalise(holdings: readonly Holding[]): readonly Holding[] {
  const result: Holding[] = [];
  for (const next of [...holdings].sort(compareHoldings)) {
    let piece = next;
    for (let last = result.at(-1); last !== undefined; last = result.at(-1)) {
      const prefix = sameOrigin(last, piece) ? joined(last.prefix, piece.prefix) : undefined;
      if (prefix === undefined) break;
      result.pop();
      piece = { ...piece, prefix };
    }
    result.push(piece);
  }
  return result;
}

/** Holdings whose prefix lies inside `prefix`, or contains it. */
export function overlapping(
  holdings: readonly Holding[],
  pool: string,
  prefix: Prefix,
): readonly Holding[] {
  return holdings.filter((holding) => {
    if (holding.pool !== pool) return false;
    const own = prefixOf(holding.prefix);
    return covers(own, prefix) || covers(prefix, own);
  });
}

/** The holdings without `prefix`: what is left of a holding that contained it keeps its record. */
export function without(
  holdings: readonly Holding[],
  pool: string,
  prefix: Prefix,
): readonly Holding[] {
  const kept: Holding[] = [];
  for (const holding of holdings) {
    const own = prefixOf(holding.prefix);
    if (holding.pool !== pool || !(covers(own, prefix) || covers(prefix, own))) kept.push(holding);
    else
      for (const rest of subtract(own, [prefix])) {
        kept.push({ ...holding, prefix: formatPrefix(rest) });
      }
  }
  return normalise(kept);
}

/** The holding that contains the whole of `prefix`, or undefined. */
export function containing(
  holdings: readonly Holding[],
  pool: string,
  prefix: Prefix,
): Holding | undefined {
  return holdings.find(
    (holding) => holding.pool === pool && covers(prefixOf(holding.prefix), prefix),
  );
}

/** Holdings of one pool and use, in address order. */
export function ofUse(holdings: readonly Holding[], pool: string, use: Use): readonly Holding[] {
  return holdings.filter((holding) => holding.pool === pool && holding.use === use);
}

/** Whole blocks in the reserve of a pool. */
export function exactReserveBlocks(
  holdings: readonly Holding[],
  pool: string,
  blockLength: number,
): bigint {
  let blocks = 0n;
  for (const holding of ofUse(holdings, pool, 'reserve')) {
    const { length } = prefixOf(holding.prefix);
    if (length <= blockLength) blocks += 1n << BigInt(blockLength - length);
  }
  return blocks;
}

/** The same as a number for messages and reports: at most 2^53 - 1. */
export function reserveBlocks(
  holdings: readonly Holding[],
  pool: string,
  blockLength: number,
): number {
  // Sums of powers of two below 2^53 are exact.
  let blocks = 0;
  for (const holding of holdings) {
    if (holding.use !== 'reserve' || holding.pool !== pool) continue;
    const { length } = prefixOf(holding.prefix);
    if (length <= blockLength) blocks += 2 ** (blockLength - length);
  }
  return Math.min(blocks, Number.MAX_SAFE_INTEGER);
}
