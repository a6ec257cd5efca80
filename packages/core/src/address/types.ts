/** 4 for IPv4 (32 bits), 6 for IPv6 (128 bits). */
export type Family = 4 | 6;

/** One IP address. `value` is the address as an unsigned integer. */
export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** A CIDR prefix. `value` is its first address; bits past `length` are zero (invariant). */
export interface Prefix {
  readonly family: Family;
  readonly value: bigint;
  readonly length: number;
}

/** Canonical text of an address: dotted quad, or RFC 5952. */
export type AddressText = string;

/** Canonical text of a prefix, `10.0.0.0/24` or `fd00::/64`, as it stands in records and messages. */
export type Cidr = string;
