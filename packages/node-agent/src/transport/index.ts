export { createTransport } from './createTransport.ts';
export { type FetchedGenesis, fetchGenesis } from './fetchGenesis.ts';
export { maxGenesisBytes } from './genesisExchange.ts';
export { maxGossipBytes } from './gossip.ts';
export { parseDialAddress } from './multiaddrs.ts';
export { defaultLimits } from './node.ts';
export type {
  DialFault,
  DialState,
  Limits,
  Log,
  LogLevel,
  PeerAddresses,
  Transport,
  TransportHandlers,
  TransportOptions,
  TransportStats,
  Verdict,
} from './types.ts';
