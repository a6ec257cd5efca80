/** What this machine says of itself when the options do not. */
import { networkInterfaces } from 'node:os';
import { must } from '@hedgerow/core';
import { formatAddress, parseAddress } from '@hedgerow/core/address';

/** Addresses of the interfaces that other hosts could reach: no loopback, no link-local. */
export function hostAddresses(): readonly string[] {
  const found = Object.values(networkInterfaces()).flatMap((addresses) => addresses ?? []);
  return found
    .filter(({ address, internal }) => !internal && !/^(fe80:|169\.254\.)/i.test(address))
    .map(({ address }) => formatAddress(must(parseAddress(address.replace(/%.*$/, '')))));
}

/** Replaces an unspecified listening address by each of the host's; others stay. */
export function dialable(
  listening: readonly string[],
  hosts: readonly string[],
): readonly string[] {
  return listening.flatMap((address) => {
    const match = /^\/(ip4|ip6)\/(0\.0\.0\.0|::)\/(.*)$/.exec(address);
    if (match === null) return [address];
    const isFour = match[1] === 'ip4';
    return hosts
      .filter((host) => host.includes(':') !== isFour)
      .map((host) => `/${match[1]}/${host}/${match[3]}`);
  });
}
