/** How many addresses of a block pods may have, cheap enough to ask for every block on every search. */
import { contains, lastAddress, overlaps, sizeNumber } from '../address/index.ts';
import type { Prefix } from '../address/types.ts';
import { gatewayOf, usableCount } from '../book/index.ts';
import type { OpenPool } from './poolFile.ts';

/** Blocks where every block looks alike: with the same number of reserved addresses. */
const alike = new WeakMap<OpenPool, number>();

/** The same as the book's `usableCount`. */
export function capacityOf(pool: OpenPool, block: Prefix, excluded: readonly Prefix[]): number {
  if (excluded.some((prefix) => overlaps(prefix, block))) return usableCount(pool, block, excluded);
  if (pool.subnet === 'block') {
    const known = alike.get(pool) ?? usableCount(pool, block);
    alike.set(pool, known);
    return known;
  }
  const gateway = gatewayOf(pool);
  const special =
    contains(block, pool.prefix) ||
    contains(block, lastAddress(pool.prefix)) ||
    (gateway !== undefined && contains(block, gateway));
  return special ? usableCount(pool, block) : sizeNumber(block);
}

/** Network, gateway and last address: no block has more that pods may not have, unless some are excluded. */
const mostReserved = 3;

/** True when so many taken addresses leave none to pods. */
export function isFull(
  pool: OpenPool,
  block: Prefix,
  excluded: readonly Prefix[],
  taken: number,
): boolean {
  if (excluded.length === 0 && taken < sizeNumber(block) - mostReserved) return false;
  return taken >= capacityOf(pool, block, excluded);
}
