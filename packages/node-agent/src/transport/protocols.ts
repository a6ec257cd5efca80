// Names on the wire. The network is part of them, so members of two clusters never understand each other.
import type { NetworkId } from '@hedgerow/core/membership';

/** How many hex digits of the network id stand in names. The whole id is in every signature. */
const shownDigits = 16;

/** Asking a sponsor for the genesis; the same for all networks, for a newcomer has none yet. */
export const joinProtocol = '/hedgerow/join/1';

/** Direct messages between two members of one network. */
export function directProtocol(network: NetworkId): string {
  return `/hedgerow/${shortOf(network)}/direct/1`;
}

/** Gossip of entries of the replicated set. */
export function gossipTopic(network: NetworkId): string {
  return `/hedgerow/${shortOf(network)}/entries/1`;
}

function shortOf(network: NetworkId): string {
  return network.slice('sha256:'.length, 'sha256:'.length + shownDigits);
}
