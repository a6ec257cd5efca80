// Gossip of updates to everybody, over gossipsub. The only file that knows gossipsub.
//
// Connections are authenticated and every entry is signed by its writer, so messages carry no signature of
// their own (StrictNoSign) and are known by the hash of their content: the same bytes are one message,
// whoever sends them. A message is passed on only after the validator accepted it.
import { createHash } from 'node:crypto';
import type { MemberId, NetworkId } from '@hedgerow/core/membership';
import {
  type GossipSub,
  type GossipSubComponents,
  gossipsub,
  TopicValidatorResult,
} from '@libp2p/gossipsub';
import { gossipTopic } from './protocols.ts';
import type { Verdict } from './types.ts';

/** Longest update that is gossiped. Longer ones travel by anti-entropy. */
export const maxGossipBytes: number = 256 * 1024;

/** What a message is known by: 20 bytes of SHA-256 are plenty against accident and malice. */
const messageIdBytes = 20;

/** What gossip does with what it hears. */
export interface GossipHandlers {
  check(from: MemberId, update: Uint8Array): Verdict;
  heard(from: MemberId, update: Uint8Array): void;
}

/**
 * A gossipsub service for `createLibp2p`. Bounds are set so that no peer makes us keep much: only our one
 * topic is tracked (unbounded topics were CVE-2026-46679 in the predecessor of this library), and lists in
 * control messages are short.
 */
export function gossipService(network: NetworkId): (components: GossipSubComponents) => GossipSub {
  return gossipsub({
    globalSignaturePolicy: 'StrictNoSign',
    msgIdFn: ({ data }) => createHash('sha256').update(data).digest().subarray(0, messageIdBytes),
    allowedTopics: [gossipTopic(network)],
    allowPublishToZeroTopicPeers: true,
    ignoreDuplicatePublishError: true,
    fallbackToFloodsub: false,
    emitSelf: false,
    doPX: false,
    // Members behind one address are no attack: with the default weight they stop hearing each other.
    scoreParams: { IPColocationFactorWeight: 0 },
    maxInboundDataLength: 2 * maxGossipBytes,
    maxOutboundBufferSize: 16 * maxGossipBytes,
    maxTopicBytesPerPeer: 16 * 1024,
    decodeRpcLimits: {
      maxSubscriptions: 16,
      maxMessages: 512,
      maxIhaveMessageIDs: 2048,
      maxIwantMessageIDs: 2048,
      maxIdontwantMessageIDs: 512,
      maxControlMessages: 512,
      maxPeerInfos: 0,
    },
  });
}

/** Subscribes; returns what publishes. The promise says who is sent an update, or hears of it from others. */
export function startGossip(
  service: GossipSub,
  network: NetworkId,
  handlers: GossipHandlers,
): (update: Uint8Array) => Promise<ReadonlySet<MemberId>> {
  const topic = gossipTopic(network);
  service.topicValidators.set(
    topic,
    (peer, { data }) =>
      verdicts[data.length > maxGossipBytes ? 'reject' : handlers.check(peer.toString(), data)],
  );
  service.addEventListener('gossipsub:message', ({ detail }) => {
    if (detail.msg.topic !== topic) return;
    handlers.heard(detail.propagationSource.toString(), detail.msg.data);
  });
  service.subscribe(topic);
  return async (update) => {
    const subscribers = service.getSubscribers(topic);
    const { recipients } = await service.publish(topic, update);
    return new Set([...subscribers, ...recipients].map((peer) => peer.toString()));
  };
}

const verdicts = {
  accept: TopicValidatorResult.Accept,
  ignore: TopicValidatorResult.Ignore,
  reject: TopicValidatorResult.Reject,
} as const satisfies Record<Verdict, TopicValidatorResult>;
