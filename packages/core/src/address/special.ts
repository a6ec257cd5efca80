// Ranges whose addresses cannot be given to a pod, whatever an operator wants.

import { overlaps } from './nesting.ts';
import { prefixOf } from './prefix.ts';
import type { Cidr, Prefix } from './types.ts';

/** A range with a meaning of its own. */
export interface SpecialRange {
  readonly range: Cidr;
  readonly meaning:
    | 'unspecified'
    | 'loopback'
    | 'link-local'
    | 'multicast'
    | 'broadcast'
    | 'IPv4-mapped';
}

/** From the IANA special-purpose address registries (RFC 6890) and RFC 5771, RFC 4291. */
const specialRanges: readonly SpecialRange[] = [
  { range: '0.0.0.0/8', meaning: 'unspecified' },
  { range: '127.0.0.0/8', meaning: 'loopback' },
  { range: '169.254.0.0/16', meaning: 'link-local' },
  { range: '224.0.0.0/4', meaning: 'multicast' },
  { range: '255.255.255.255/32', meaning: 'broadcast' },
  { range: '::/128', meaning: 'unspecified' },
  { range: '::1/128', meaning: 'loopback' },
  { range: '::ffff:0.0.0.0/96', meaning: 'IPv4-mapped' },
  { range: 'fe80::/10', meaning: 'link-local' },
  { range: 'ff00::/8', meaning: 'multicast' },
];

/** The first special range that shares an address with the prefix, or undefined when all are usable. */
export function specialRange(prefix: Prefix): SpecialRange | undefined {
  return specialRanges.find(({ range }) => overlaps(prefixOf(range), prefix));
}
