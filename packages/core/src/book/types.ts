import type { Address, Prefix } from '../address/types.ts';

/** What the book must know of a pool, with its prefix parsed; see `bookPool`. */
export interface BookPool {
  readonly name: string;
  readonly prefix: Prefix;
  readonly blockLength: number;
  readonly subnet: 'pool' | 'block';
}

/**
 * Why an address is never given to a pod. `network` and `broadcast` are IPv4 (RFC 919), `router-anycast`
 * is the first address of an IPv6 subnet (RFC 4291 section 2.6.1), `last` the last address of an IPv6
 * block where every block is a subnet of its own.
 */
export type ReservedReason =
  | 'network'
  | 'broadcast'
  | 'router-anycast'
  | 'last'
  | 'gateway'
  | 'excluded';

/** One address with the block and the pool that it is in. */
export interface Place {
  readonly pool: BookPool;
  readonly block: Prefix;
  readonly address: Address;
}
