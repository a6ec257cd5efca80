// How the addresses of a pool look to pods: one subnet for the whole pool, or one for each block.
// A subnet of two addresses is a point-to-point link (RFC 3021, RFC 6164): no network and no broadcast
// address, the first is the gateway. A subnet of one address has no gateway.

import {
  addressAt,
  enclosingPrefix,
  formatAddress,
  lastAddress,
  prefixOf,
  sizeNumber,
} from '../address/index.ts';
import type { Address, AddressText, Cidr, Prefix } from '../address/types.ts';
import type { Pool } from '../membership/types.ts';
import type { BookPool, ReservedReason } from './types.ts';

/** The pool as the book wants it. Throws when the pool was not checked before. */
export function bookPool(pool: Pool): BookPool {
  return { ...pool, prefix: prefixOf(pool.prefix) };
}

/** The block of the pool that contains an address of the pool. */
export function blockOf(pool: BookPool, address: Address): Prefix {
  return enclosingPrefix(address, pool.blockLength);
}

function subnetOf(pool: BookPool, block: Prefix): Prefix {
  return pool.subnet === 'pool' ? pool.prefix : block;
}

/** The first usable address of the subnet, or undefined when the subnet has only one address. */
function gatewayIn(subnet: Prefix): Address | undefined {
  const size = sizeNumber(subnet);
  return size === 1 ? undefined : addressAt(subnet, size === 2 ? 0 : 1);
}

/**
 * The gateway that pods of this block get: the pool's first usable address, the same on every node, or the
 * block's own with `subnet: block`. Undefined when that subnet has a single address, or no block is given
 * where each has its own.
 */
export function gatewayOf(pool: BookPool, block?: Prefix): Address | undefined {
  if (pool.subnet === 'pool') return gatewayIn(pool.prefix);
  return block && gatewayIn(block);
}

/** Why a subnet keeps an address. */
export type SubnetRole = Exclude<ReservedReason, 'excluded'>;

/** The addresses that the subnet of a block keeps, at most three. Some may lie in other blocks. */
export function rolesIn(pool: BookPool, block: Prefix): ReadonlyMap<bigint, SubnetRole> {
  const subnet = subnetOf(pool, block);
  const roles = new Map<bigint, SubnetRole>();
  if (sizeNumber(subnet) > 2) {
    const { family, value } = subnet;
    roles.set(value, family === 4 ? 'network' : 'router-anycast');
    const last = family === 4 ? 'broadcast' : 'last';
    if (family === 4 || pool.subnet === 'block') roles.set(lastAddress(subnet).value, last);
  }
  const gateway = gatewayIn(subnet);
  if (gateway !== undefined) roles.set(gateway.value, 'gateway');
  return roles;
}

/** One entry of `ips` in a CNI result (1.0.0 and later), less `interface`. */
export interface IpEntry {
  readonly address: Cidr;
  readonly gateway?: AddressText;
}

/**
 * How an address is answered: with the prefix length and the gateway of its subnet. `address` in the
 * result has host bits. `gateway` overrides the subnet's: `none` leaves it out, an address replaces that
 * of its own family only.
 */
export function ipEntry(pool: BookPool, address: Address, gateway?: Address | 'none'): IpEntry {
  const block = blockOf(pool, address);
  const text = `${formatAddress(address)}/${subnetOf(pool, block).length}`;
  const chosen =
    gateway === 'none' ? undefined : (ofFamily(gateway, address) ?? gatewayOf(pool, block));
  return chosen ? { address: text, gateway: formatAddress(chosen) } : { address: text };
}

function ofFamily(gateway: Address | undefined, address: Address): Address | undefined {
  return gateway?.family === address.family ? gateway : undefined;
}
