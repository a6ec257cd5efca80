// Which address next: round-robin inside a block, from where the last search ended, so that an address
// that was just freed is the last to be tried again. A cursor is a hint: any cursor gives every usable
// address exactly once.

import { compareAddress, contains, overlaps, sizeNumber } from '../address/index.ts';
import type { Address, Prefix } from '../address/types.ts';
import { rolesIn } from './subnet.ts';
import type { BookPool, ReservedReason } from './types.ts';

/** How long a freed address rests before it is given again, best effort. */
export const defaultRestMs = 30_000;

/**
 * True while a freed address rests. Both times are wall clock milliseconds. Where the clock was set back
 * since, it rests for less than `2 * restMs` from then on, or not at all: never for years.
 */
export function isResting(freedMs: number, nowMs: number, restMs: number = defaultRestMs): boolean {
  return Math.abs(nowMs - freedMs) < restMs;
}

/** Why an address of this block must not be given to a pod, or undefined when it may. */
export function reservedReason(
  pool: BookPool,
  block: Prefix,
  address: Address,
  excluded: readonly Prefix[] = [],
): ReservedReason | undefined {
  const role = rolesIn(pool, block).get(address.value);
  if (role) return role;
  return excluded.some((prefix) => contains(prefix, address)) ? 'excluded' : undefined;
}

/**
 * The addresses of a block that a pod may have, each once, starting right after `cursor` and ending with
 * it; from the block's first when the cursor lies outside. Taken and resting addresses are the caller's business.
 */
export function* candidates(
  pool: BookPool,
  block: Prefix,
  excluded: readonly Prefix[] = [],
  cursor?: Address,
): IterableIterator<Address> {
  const { family } = block;
  const size = sizeNumber(block);
  const near = excluded.filter((prefix) => overlaps(prefix, block));
  const start = cursor && contains(block, cursor) ? Number(cursor.value - block.value) + 1 : 0;
  const roles = rolesIn(pool, block);
  for (let step = 0; step < size; step++) {
    const address = { family, value: block.value + BigInt((start + step) % size) };
    if (roles.has(address.value) || near.some((prefix) => contains(prefix, address))) continue;
    yield address;
  }
}

/** How many addresses of a block pods may have: from 0 to the block's size. */
export function usableCount(
  pool: BookPool,
  block: Prefix,
  excluded: readonly Prefix[] = [],
): number {
  if (excluded.some((prefix) => overlaps(prefix, block))) {
    let count = 0;
    for (const _ of candidates(pool, block, excluded)) count++;
    return count;
  }
  const { family } = block;
  let count = sizeNumber(block);
  for (const value of rolesIn(pool, block).keys()) if (contains(block, { family, value })) count--;
  return count;
}

/**
 * The blocks in the order in which to search them: the one with the cursor, or the first after it, then
 * in address order and around. Without a cursor in address order.
 */
export function searchOrder(blocks: readonly Prefix[], cursor?: Address): readonly Prefix[] {
  const sorted = [...blocks].sort(compareAddress);
  if (!cursor) return sorted;
  const start = sorted.findIndex(
    (block) => contains(block, cursor) || compareAddress(block, cursor) > 0,
  );
  return start <= 0 ? sorted : [...sorted.slice(start), ...sorted.slice(0, start)];
}
