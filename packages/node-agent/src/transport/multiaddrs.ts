// Addresses of agents: `/ip4|ip6|dns4|dns6|dns/HOST/tcp/PORT`, with or without `/p2p/MEMBER`. They come
// from tokens and from other members, so everything else is refused, Unix sockets in particular.

import { ok, type Refusal, type Result, refuse } from '@hedgerow/core';
import type { MemberId } from '@hedgerow/core/membership';
import { type Multiaddr, multiaddr } from '@multiformats/multiaddr';
import { isMemberId } from '../keys/index.ts';
import type { DialFault } from './types.ts';

const hosts = new Set(['ip4', 'ip6', 'dns', 'dns4', 'dns6']);

/** Longest text worth parsing: a DNS name has at most 253 characters. */
const maxLength = 400;

/** A dialable address and whom to expect there. */
export interface DialAddress {
  readonly address: Multiaddr;
  readonly member: MemberId | undefined;
}

/** Parses an address. Code: `bad-address`. */
export function parseDialAddress(text: string): Result<DialAddress, Refusal<DialFault>> {
  try {
    if (text.length > maxLength) throw new Error('it is too long');
    const address = multiaddr(text);
    const [host, port, id, ...rest] = address.getComponents();
    const isTcp = hosts.has(host?.name ?? '') && port?.name === 'tcp' && rest.length === 0;
    const member = id?.value;
    if (isTcp && id === undefined) return ok({ address, member: undefined });
    if (isTcp && id?.name === 'p2p' && member !== undefined && isMemberId(member)) {
      return ok({ address, member });
    }
    throw new Error(
      'it is not TCP, or goes on after the port with something other than a member id',
    );
  } catch (error) {
    return refuse(
      'bad-address',
      `${JSON.stringify(text.slice(0, maxLength))} is no address of an agent: ` +
        `${(error as Error).message}. Write it like /ip4/192.0.2.1/tcp/4710 or /dns4/HOST/tcp/4710.`,
    );
  }
}

/** The addresses of a member with its id at the end, so that nobody else can answer; bad ones left out. */
export function addressesOf(member: MemberId, texts: readonly string[]): readonly Multiaddr[] {
  return texts.flatMap((text) => {
    const parsed = parseDialAddress(text);
    if (!parsed.ok) return [];
    if (parsed.value.member === member) return [parsed.value.address];
    if (parsed.value.member !== undefined) return [];
    return [parsed.value.address.encapsulate(`/p2p/${member}`)];
  });
}
