// Addresses in prefixes, by Node's own arithmetic.

import { BlockList, isIP } from 'node:net';

/** An address with a prefix length, host bits allowed. */
export function isCidr(text: string): boolean {
  const [address = '', length = '', ...rest] = text.split('/');
  const family = isIP(address);
  const bits = family === 4 ? 32 : 128;
  return family !== 0 && rest.length === 0 && /^\d{1,3}$/.test(length) && Number(length) <= bits;
}

/** Whether one of the prefixes contains the address. */
export function isInside(address: string, prefixes: readonly string[]): boolean {
  const list = new BlockList();
  for (const prefix of prefixes) {
    const [start = '', length = ''] = prefix.split('/');
    list.addSubnet(start, Number(length), familyOf(start));
  }
  return isIP(address) !== 0 && list.check(address, familyOf(address));
}

function familyOf(address: string): 'ipv4' | 'ipv6' {
  return isIP(address) === 6 ? 'ipv6' : 'ipv4';
}
