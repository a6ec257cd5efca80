import type { Refusal, Result } from '@hedgerow/core';
import type { Message } from '@hedgerow/core/cluster';
import type { MemberId, NetworkId } from '@hedgerow/core/membership';
import type { AgentKey } from '../keys/index.ts';

/** What is to become of a gossiped update: pass it on, drop it, or drop it and blame who sent it. */
export type Verdict = 'accept' | 'ignore' | 'reject';

/** Severity of a log line. */
export type LogLevel = 'debug' | 'info' | 'warn' | 'error';

/** Where log lines go: a sentence, and plain data beside it. */
export type Log = (level: LogLevel, text: string, data?: Readonly<Record<string, unknown>>) => void;

/** Why a peer could not be reached. */
export type DialFault =
  | 'wrong-key'
  | 'other-network'
  | 'wrong-identity'
  | 'self'
  | 'bad-address'
  | 'refused'
  | 'unreachable'
  | 'no-answer'
  | 'not-hedgerow'
  | 'not-admitted'
  | 'failed';

/** Where a member can be dialled, as it says of itself. */
export interface PeerAddresses {
  readonly member: MemberId;
  readonly dial: readonly string[];
}

/** One place that is dialled until it is connected, for `status`. */
export interface DialState {
  /** Unknown for an address from a token that nobody has answered at yet. */
  readonly member: MemberId | undefined;
  readonly addresses: readonly string[];
  readonly connected: boolean;
  /** Failures since the last connection. */
  readonly failures: number;
  /** Why the last attempt failed, in words. */
  readonly refusal: Refusal<DialFault> | undefined;
}

/** What the transport tells. Called one at a time, never from inside a call into the transport. */
export interface TransportHandlers {
  /** The peer's messages arrive and ours leave. `onMessage` and `send` make sense from here on. */
  onConnected(peer: MemberId): void;
  onDisconnected(peer: MemberId): void;
  onMessage(from: MemberId, message: Message): void;
  /** Looks at the bytes before they are passed on to others. Must be quick. */
  checkGossip(from: MemberId, update: Uint8Array): Verdict;
  /** An update that `checkGossip` accepted. `from` is the neighbour, not the author. */
  onGossip(from: MemberId, update: Uint8Array): void;
}

/** Bounds of a transport, all with defaults in `defaultLimits`. */
export interface Limits {
  /** Connections in all; more are closed, the least useful first. */
  readonly maxConnections: number;
  /** Stop dialling members when this many are connected. */
  readonly maxPeers: number;
  /** Inbound connections whose handshake has not ended. */
  readonly maxPending: number;
  /** Inbound connections that one host may open in a second. */
  readonly maxInboundPerSecond: number;
  /** What waits for one slow peer before messages to it are dropped. */
  readonly maxQueuedBytes: number;
}

/** How to make a transport. */
export interface TransportOptions {
  readonly key: AgentKey;
  /** 32 bytes that all members share: without them nobody gets as far as a handshake. */
  readonly psk: Uint8Array;
  readonly network: NetworkId;
  /** Canonical bytes of the genesis, for newcomers. */
  readonly genesis: Uint8Array;
  /** Multiaddrs to listen on, `/ip4/0.0.0.0/tcp/4710`. Empty: dial only. */
  readonly listen: readonly string[];
  /** Multiaddrs to tell others, where they differ from those listened on. */
  readonly advertise?: readonly string[];
  /** Multiaddrs to dial before any member is known. */
  readonly bootstrap?: readonly string[];
  readonly handlers: TransportHandlers;
  /** Closed membership: connections of others are refused. Everybody by default. */
  readonly admits?: (peer: MemberId) => boolean;
  readonly limits?: Partial<Limits>;
  readonly log?: Log;
  /** Uniform in [0, 1), for jitter. */
  readonly random?: () => number;
}

/** Counts since the start. */
export interface TransportStats {
  readonly sent: number;
  readonly received: number;
  /** Messages that a slow or absent peer made us drop. */
  readonly dropped: number;
  readonly published: number;
  readonly gossiped: number;
  readonly rejected: number;
}

/** The network as the agent sees it. Nothing here is durable, and nothing waits for a peer. */
export interface Transport {
  /** Listens and begins to dial. Codes: `address-in-use`, `address-denied`, `address-unknown`, `listen-failed`. */
  start(): Promise<Result<void>>;
  /** Sends what waits, within half a second, and closes everything; resolves when the ports are free. */
  stop(): Promise<void>;
  /** Hands a message to a connected peer's queue. To others it is dropped, and they are dialled. */
  send(to: MemberId, message: Message): void;
  /** Tells everybody, best effort: anti-entropy makes up for what is lost. */
  gossip(update: Uint8Array): void;
  /** Dials these addresses now and until they are connected; the outcome of the first attempt. */
  dial(addresses: readonly string[]): Promise<Result<MemberId, Refusal<DialFault>>>;
  /**
   * The members that are known, with their addresses: dialled until connected. Those who are `gone` for good are
   * not dialled at all. Replaces both lists before.
   */
  setPeers(peers: readonly PeerAddresses[], gone?: ReadonlySet<MemberId>): void;
  /** Closes all connections to a peer. */
  disconnect(peer: MemberId): Promise<void>;
  /** Peers that are connected, as `onConnected` told. */
  connected(): readonly MemberId[];
  /** Multiaddrs where others can dial this node, with its member id. */
  addresses(): readonly string[];
  dials(): readonly DialState[];
  stats(): TransportStats;
}
