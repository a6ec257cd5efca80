export {
  candidates,
  defaultRestMs,
  isResting,
  reservedReason,
  searchOrder,
  usableCount,
} from './candidates.ts';
export {
  checkRequested,
  explainReserved,
  parseExcluded,
  parseRequested,
  type RequestRefusal,
} from './requested.ts';
export { blockOf, bookPool, gatewayOf, type IpEntry, ipEntry } from './subnet.ts';
export type { BookPool, Place, ReservedReason } from './types.ts';
