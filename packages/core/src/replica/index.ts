export { bytesOf } from './bytesOf.ts';
export { clientIdOf } from './envelope.ts';
export { type Encoding, type Published, plainEncoding, yjsEncoding } from './hostile.ts';
export { createLedger, type Ledger, type LedgerOptions } from './ledger.ts';
export {
  defaultDiffBytes,
  maxUpdateBytes,
  maxUpdateEntries,
  maxVectorBytes,
} from './limits.ts';
export {
  createEntryCheck,
  createPlainReplica,
  type EntryCheck,
  type PlainReplica,
  type PlainReplicaOptions,
} from './plainReplica.ts';
export type {
  Place,
  PlainUpdate,
  PlainVector,
  Portion,
  Received,
  Replica,
  Update,
  Vector,
} from './types.ts';
export {
  createYjsReplica,
  type Loaded,
  type YjsReplica,
  type YjsReplicaOptions,
} from './yjsReplica.ts';
