export {
  checkGenesis,
  decodeGenesis,
  encodeGenesis,
  genesisHoldings,
  genesisRecords,
  maxGenesisBytes,
  networkIdOf,
  soleFounder,
} from './genesis.ts';
export { checkPool, checkPools, type PoolRefusal, parsePoolSpec, poolWarnings } from './pool.ts';
export type {
  Founder,
  Genesis,
  MemberBody,
  MemberId,
  NetworkId,
  Pool,
} from './types.ts';
