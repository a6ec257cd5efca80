// The libp2p node under a transport, with every bound that libp2p has set on purpose.

import type { MemberId } from '@hedgerow/core/membership';
import type { GossipSub, GossipSubComponents } from '@libp2p/gossipsub';
import { type Identify, identify } from '@libp2p/identify';
import type { ConnectionGater } from '@libp2p/interface';
import { noise } from '@libp2p/noise';
import { type Ping, ping } from '@libp2p/ping';
import { tcp } from '@libp2p/tcp';
import { yamux } from '@libp2p/yamux';
import { createLibp2p, type Libp2p } from 'libp2p';
import type { AgentKey } from '../keys/index.ts';
import { provenKey } from './preSharedKey.ts';
import type { Limits } from './types.ts';

/** What runs beside our own protocols. */
export type Services = { identify: Identify; ping: Ping; gossip: GossipSub };

/** How to make a node. */
export interface NodeOptions {
  readonly key: AgentKey;
  readonly psk: Uint8Array;
  readonly listen: readonly string[];
  readonly advertise: readonly string[];
  readonly limits: Limits;
  readonly admits: (peer: MemberId) => boolean;
  readonly onWrongKey: (address: string) => void;
}

/** Room for a cluster of some hundred members that restarts at once, or sits behind one address. */
export const defaultLimits: Limits = {
  maxConnections: 512,
  maxPeers: 128,
  maxPending: 64,
  maxInboundPerSecond: 64,
  maxQueuedBytes: 4 * 1024 * 1024,
};

const dialTimeoutMs = 5000;
const negotiationTimeoutMs = 5000;
/** A peer that does not answer a ping within the interval is taken for gone. */
const pingIntervalMs = 10_000;

/** A node with gossip, not started. */
export function createNode(
  options: NodeOptions,
  gossip: (components: GossipSubComponents) => GossipSub,
): Promise<Libp2p<Services>> {
  return createLibp2p<Services>({
    ...common(options),
    services: { identify: identify(), ping: ping({ maxInboundStreams: 4 }), gossip },
  });
}

/** A node that only dials and asks, for a newcomer. */
export function createVisitor(options: NodeOptions): Promise<Libp2p> {
  return createLibp2p({ ...common(options), services: {} });
}

function common(options: NodeOptions): Parameters<typeof createLibp2p>[0] & { start: false } {
  const { key, psk, listen, advertise, limits, admits, onWrongKey } = options;
  return {
    start: false,
    privateKey: key.privateKey,
    nodeInfo: { name: 'hedgerow', version: '1', userAgent: 'hedgerow/1' },
    addresses: { listen: [...listen], announce: [...advertise] },
    transports: [tcp({ maxConnections: limits.maxConnections + limits.maxPending })],
    connectionEncrypters: [noise()],
    // Connections are watched by pings already.
    streamMuxers: [yamux({ enableKeepAlive: false })],
    connectionProtector: provenKey(psk, onWrongKey),
    connectionGater: gaterOf(admits),
    connectionMonitor: { pingInterval: pingIntervalMs },
    connectionManager: {
      maxConnections: limits.maxConnections,
      maxIncomingPendingConnections: limits.maxPending,
      inboundConnectionThreshold: limits.maxInboundPerSecond,
      maxParallelDials: 16,
      maxPeerAddrsToDial: 8,
      dialTimeout: dialTimeoutMs,
      addressDialTimeout: dialTimeoutMs / 2,
      inboundUpgradeTimeout: negotiationTimeoutMs,
      outboundStreamProtocolNegotiationTimeout: negotiationTimeoutMs,
      inboundStreamProtocolNegotiationTimeout: negotiationTimeoutMs,
    },
  };
}

/** Refuses whom membership does not admit, as soon as the handshake has proved who it is. */
function gaterOf(admits: (peer: MemberId) => boolean): ConnectionGater {
  return {
    denyInboundEncryptedConnection: (peer) => !admits(peer.toString()),
    denyOutboundEncryptedConnection: (peer) => !admits(peer.toString()),
  };
}
