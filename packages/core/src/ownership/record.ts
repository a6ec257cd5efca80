// Names and signatures of what the replicated set contains. Equal bodies have equal bytes and so equal
// ids on every machine. What is hashed or signed starts with a tag of its kind, so no signature or hash
// of one kind can pass for another.
import { encode } from 'cborg';
import { concat, sha256Hex, utf8 } from '../crypto/bytes.ts';
import type { Signer, Verify } from '../crypto/types.ts';
import type { MemberBody } from '../membership/types.ts';
import type {
  RecordBody,
  RecordId,
  RegisterBody,
  SignedEntry,
  SignedMember,
  SignedRecord,
  SignedRegister,
} from './types.ts';

const recordTag = 'hedgerow/record/1';
const memberTag = 'hedgerow/member/2';
const proofTag = 'hedgerow/register-proof/1';
const entryTag = 'hedgerow/entry/1';
const recordSigningTag = utf8('hedgerow/record-signature/1\n');
const memberSigningTag = utf8('hedgerow/member-signature/1\n');
const proofSigningTag = utf8('hedgerow/register-proof-signature/1\n');

/** Deterministic bytes of a record's body (CBOR, RFC 8949 section 4.2.1): what its id is the hash of. */
export function canonicalRecordBytes(body: RecordBody): Uint8Array {
  const { network, pool, prefix, version, owner, predecessors, kind } = body;
  return encode([recordTag, network, pool, prefix, version, owner, predecessors, kind]);
}

/** Deterministic bytes of a member's announcement. */
export function canonicalMemberBytes(body: MemberBody): Uint8Array {
  const { network, member, sequence, name, zone, store, nodeAddresses, dial } = body;
  return encode([memberTag, network, member, sequence, name, zone, store, nodeAddresses, dial]);
}

/** Deterministic bytes of a proof about a register. */
export function canonicalRegisterBytes({ network, owner, certificate }: RegisterBody): Uint8Array {
  return encode([proofTag, network, owner, certificate]);
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
 * SHA-256 of the canonical proof. It names no writer: a certificate proves itself, so one that several
 * members publish is one entry, and whose signature stays beside it does not matter.
 */
export function registerEntryId(body: RegisterBody): RecordId {
  return sha256Hex(canonicalRegisterBytes(body));
}

/**
 * The name of an entry in the replicated set. **Not the record id**: it also covers the writer and the
 * certificate. If it were the record id, whoever published somebody else's body under their own
 * signature first would keep the true entry out of some replicas for ever, with equal hashes.
 * The signature is left out: two valid signatures of one writer over one body say the same.
 */
export function entryId(entry: SignedEntry): RecordId {
  if (entry.type === 'member') return memberEntryId(entry.body);
  if (entry.type === 'register') return registerEntryId(entry.body);
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

/** The bytes that the publisher of a proof signs. */
export function registerSigningBytes(body: RegisterBody): Uint8Array {
  return concat(proofSigningTag, canonicalRegisterBytes(body));
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

/** The proof, published by this signer: anybody may. */
export function signRegister(signer: Signer, body: RegisterBody): SignedRegister {
  const signature = signer.sign(registerSigningBytes(body));
  return { type: 'register', body, writer: signer.member, signature };
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

/** True when the writer published this proof. Whether it proves anything is the register book's question. */
export function verifyRegister(entry: SignedRegister, verify: Verify): boolean {
  return verify(entry.writer, registerSigningBytes(entry.body), entry.signature);
}

/** `verifyRecord`, `verifyMember` or `verifyRegister`, by type. */
export function verifyEntry(entry: SignedEntry, verify: Verify): boolean {
  switch (entry.type) {
    case 'ownership':
      return verifyRecord(entry, verify);
    case 'member':
      return verifyMember(entry, verify);
    case 'register':
      return verifyRegister(entry, verify);
  }
}
