// Names and signatures of what the replicated set contains. Equal bodies have equal bytes and so equal
// ids on every machine. What is hashed or signed starts with a tag of its kind, so no signature or hash
// of one kind can pass for another.
import { encode } from 'cborg';
import { concat, sha256Hex, utf8 } from '../crypto/bytes.ts';
import type { Signer, Verify } from '../crypto/types.ts';
import type { MemberBody } from '../membership/types.ts';
import type { RecordBody, RecordId, SignedEntry, SignedMember, SignedRecord } from './types.ts';

const recordTag = 'hedgerow/record/1';
const memberTag = 'hedgerow/member/1';
const entryTag = 'hedgerow/entry/1';
const recordSigningTag = utf8('hedgerow/record-signature/1\n');
const memberSigningTag = utf8('hedgerow/member-signature/1\n');

/** Deterministic bytes of a record's body (CBOR, RFC 8949 section 4.2.1): what its id is the hash of. */
export function canonicalRecordBytes(body: RecordBody): Uint8Array {
  const { network, pool, prefix, version, owner, predecessors, kind } = body;
  return encode([recordTag, network, pool, prefix, version, owner, predecessors, kind]);
}

/** Deterministic bytes of a member's announcement. */
export function canonicalMemberBytes(body: MemberBody): Uint8Array {
  const { network, member, sequence, name, zone, nodeAddresses, dial } = body;
  return encode([memberTag, network, member, sequence, name, zone, nodeAddresses, dial]);
}

/** Bodies are never changed, and each is asked for its id many times. */
const recordIds = new WeakMap<RecordBody, RecordId>();

/** SHA-256 of the canonical body: what `predecessors` and the view call a record by. */
export function recordId(body: RecordBody): RecordId {
  let id = recordIds.get(body);
  if (id === undefined) {
    id = sha256Hex(canonicalRecordBytes(body));
    recordIds.set(body, id);
  }
  return id;
}

/** SHA-256 of the canonical announcement. */
export function memberEntryId(body: MemberBody): RecordId {
  return sha256Hex(canonicalMemberBytes(body));
}

/**
 * The name of an entry in the replicated set. **Not the record id**: it also covers the writer and the
 * certificate. If it were the record id, whoever published somebody else's body under their own
 * signature first would keep the true entry out of some replicas for ever, with equal hashes.
 * The signature is left out: two valid signatures of one writer over one body say the same.
 */
export function entryId(entry: SignedEntry): RecordId {
  if (entry.type === 'member') return memberEntryId(entry.body);
  const certificate = entry.certificate ?? null;
  return sha256Hex(encode([entryTag, recordId(entry.body), entry.writer, certificate]));
}

/** The bytes that a record's writer signs. */
export function recordSigningBytes(body: RecordBody): Uint8Array {
  return concat(recordSigningTag, canonicalRecordBytes(body));
}

/** The bytes that a member signs to announce itself. */
export function memberSigningBytes(body: MemberBody): Uint8Array {
  return concat(memberSigningTag, canonicalMemberBytes(body));
}

/** The record, written by this signer. */
export function signRecord(signer: Signer, body: RecordBody): SignedRecord {
  const signature = signer.sign(recordSigningBytes(body));
  return { type: 'ownership', body, writer: signer.member, signature };
}

/** The announcement of the signer itself: `body.member` must be the signer's. */
export function signMember(signer: Signer, body: MemberBody): SignedMember {
  const signature = signer.sign(memberSigningBytes(body));
  return { type: 'member', body, writer: signer.member, signature };
}

/** True when the writer signed this body. Says nothing about whether the writer owned the prefix. */
export function verifyRecord(record: SignedRecord, verify: Verify): boolean {
  return verify(record.writer, recordSigningBytes(record.body), record.signature);
}

/** True when the member itself signed this announcement. */
export function verifyMember(entry: SignedMember, verify: Verify): boolean {
  if (entry.writer !== entry.body.member) return false;
  return verify(entry.writer, memberSigningBytes(entry.body), entry.signature);
}

/** `verifyRecord` or `verifyMember`, by type. */
export function verifyEntry(entry: SignedEntry, verify: Verify): boolean {
  return entry.type === 'member' ? verifyMember(entry, verify) : verifyRecord(entry, verify);
}
