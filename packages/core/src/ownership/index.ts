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
  canonicalRegisterBytes,
  entryId,
  memberEntryId,
  memberSigningBytes,
  recordId,
  recordSigningBytes,
  registerEntryId,
  registerSigningBytes,
  signMember,
  signRecord,
  signRegister,
  verifyEntry,
  verifyMember,
  verifyRecord,
  verifyRegister,
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
  RegisterBody,
  SignedEntry,
  SignedMember,
  SignedRecord,
  SignedRegister,
  ViewChange,
} from './types.ts';
export { createView, type ViewOptions } from './view.ts';
