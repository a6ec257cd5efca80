export { decodeEntry, encodeEntry, maxEntryBytes, strictCbor } from './entryCodec.ts';
export {
  checkEntry,
  maxAnnounced,
  maxCertificateBytes,
  maxPredecessors,
  maxVersion,
} from './entryShape.ts';
export {
  canonicalMemberBytes,
  canonicalRecordBytes,
  entryId,
  memberEntryId,
  memberSigningBytes,
  recordId,
  recordSigningBytes,
  signMember,
  signRecord,
  verifyEntry,
  verifyMember,
  verifyRecord,
} from './record.ts';
export type { Certified } from './records.ts';
export type {
  Dispute,
  Ownership,
  OwnershipView,
  RecordBody,
  RecordId,
  RecordKind,
  RecordStatus,
  SignedEntry,
  SignedMember,
  SignedRecord,
  ViewChange,
} from './types.ts';
export { createView, type ViewOptions } from './view.ts';
