import type { Cidr } from '../address/types.ts';

/** A libp2p peer id in its text form (`12D3Koo...`): it contains the member's Ed25519 public key. */
export type MemberId = string;

/** `sha256:<64 hex digits>` of the genesis: enters every signature, topic and protocol id. */
export type NetworkId = string;

/** A named prefix that the cluster hands out. */
export interface Pool {
  readonly name: string;
  readonly prefix: Cidr;
  /** Length of one block's prefix: 26 means /26. A block has at most 256 addresses. */
  readonly blockLength: number;
  /** How addresses look to pods: the pool's prefix length and gateway, or those of each block. */
  readonly subnet: 'pool' | 'block';
}

/** What a founder owns from the start. */
export interface Founder {
  readonly member: MemberId;
  readonly prefixes: readonly { readonly pool: string; readonly prefix: Cidr }[];
}

/** The birth certificate of a cluster. Its hash is the network id. */
export interface Genesis {
  readonly cluster: string;
  /** 32 hex digits of randomness: two clusters with one name are still two networks. */
  readonly nonce: string;
  readonly pools: readonly Pool[];
  readonly founders: readonly Founder[];
  /** Keys that may sign pools, tokens and overrides. */
  readonly authorities: readonly MemberId[];
}

/** What a member tells about itself; the highest sequence wins. */
export interface MemberBody {
  readonly network: NetworkId;
  readonly member: MemberId;
  /** Counts this member's own announcements, from 1. */
  readonly sequence: number;
  /** Host name, for people. */
  readonly name: string;
  /** Failure domain label, or ''. */
  readonly zone: string;
  /** The store in which this member keeps registers of others: another store is another guardian. */
  readonly store: string;
  /** Addresses of the host that remote nodes route to, IPv4 and IPv6, canonical text. */
  readonly nodeAddresses: readonly string[];
  /** Multiaddrs where the agent can be dialled. */
  readonly dial: readonly string[];
}
