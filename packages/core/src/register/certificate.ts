/**
 * Proof for anybody that a register decided something: the head of the decided cell and the votes of a
 * quorum of the guardians of its epoch.
 *
 * Guarantees: bytes from anywhere decode to a bounded certificate or a refusal; a certificate is believed
 * only against the guardian set of its epoch. Which sets those are is the register book's knowledge.
 */
import { decode, encode } from 'cborg';
import { z } from 'zod';
import type { Verify } from '../crypto/types.ts';
import type { Estate, GuardianSet } from '../estate/types.ts';
import type { MemberId, NetworkId } from '../membership/types.ts';
import { maxCertificateBytes } from '../ownership/entryShape.ts';
import { recordId } from '../ownership/record.ts';
import type { RecordBody, RecordId } from '../ownership/types.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import type { Cell, Digest } from './cell.ts';
import { digestOfHead, type Head, headOf, statementBytes, vouchedRecords } from './estateRules.ts';
import { isOnPath, type MerklePath, merklePath } from './merkle.ts';
import type { Override } from './override.ts';
import { setText } from './quorum.ts';
import { isDecided } from './seed.ts';
import type { Ballot, Vote } from './types.ts';

/** A decided cell, as far as others need to see it. */
export interface Certificate {
  readonly owner: MemberId;
  readonly epoch: number;
  readonly ballot: Ballot;
  readonly head: Head;
  readonly votes: readonly Vote[];
  /** Shows that a record is among those vouched for. */
  readonly path?: MerklePath;
}

/** The certificate of a decided cell; with a record id also the proof that the cell vouches for it. */
export function certify(
  owner: MemberId,
  epoch: number,
  decided: {
    readonly ballot: Ballot;
    readonly cell: Cell<Estate>;
    readonly votes: readonly Vote[];
  },
  record?: RecordId,
): Certificate | undefined {
  const { ballot, cell, votes } = decided;
  const bare = { owner, epoch, ballot, head: headOf(cell), votes };
  if (record === undefined) return bare;
  const path = merklePath(vouchedRecords(cell.value), record);
  return path === undefined ? undefined : { ...bare, path };
}

/** Answers of `isCertified`, by network and set: votes are dear to check. */
const answers = new WeakMap<Verify, WeakMap<Certificate, Map<string, boolean>>>();

/** Did a quorum of this set decide the cell that the certificate shows? Certificates are never changed. */
export function isCertified(
  network: NetworkId,
  verify: Verify,
  certificate: Certificate,
  set: GuardianSet,
): boolean {
  if (set.epoch !== certificate.epoch) return false;
  const known = answers.get(verify) ?? new WeakMap<Certificate, Map<string, boolean>>();
  answers.set(verify, known);
  const bySet = known.get(certificate) ?? new Map<string, boolean>();
  known.set(certificate, bySet);
  const key = `${network} ${setText(set)}`;
  const answer = bySet.get(key) ?? isVoted(network, verify, certificate, set);
  bySet.set(key, answer);
  return answer;
}

/** Digests of what certificates show, by network: each member that this process plays works out the same ones. */
const digests = new WeakMap<Certificate, Map<NetworkId, Digest>>();

/** The digest of the cell that a certificate shows. */
export function digestShown(network: NetworkId, certificate: Certificate): Digest {
  const known = digests.get(certificate) ?? new Map<NetworkId, Digest>();
  digests.set(certificate, known);
  const { owner, epoch, head } = certificate;
  const digest = known.get(network) ?? digestOfHead(network, owner, epoch, head);
  known.set(network, digest);
  return digest;
}

function isVoted(
  network: NetworkId,
  verify: Verify,
  certificate: Certificate,
  set: GuardianSet,
): boolean {
  const { owner, ballot, votes } = certificate;
  const digest = digestShown(network, certificate);
  return isDecided(
    (signer, statement, signature) => verify(signer, statementBytes(network, statement), signature),
    { owner, set, ballot, digest },
    votes,
  );
}

/** Does the certificate, believed already, vouch for this record? A take-back is vouched for by the seal. */
export function vouchesFor(certificate: Certificate, body: RecordBody): boolean {
  const { head, path } = certificate;
  if (body.kind === 'take-back') return head.sealed;
  if (body.kind !== 'reclaim' || path === undefined) return false;
  const known = vouched.get(certificate) ?? new WeakMap<RecordBody, boolean>();
  vouched.set(certificate, known);
  const answer = known.get(body) ?? isOnPath(head.records, recordId(body), path);
  known.set(body, answer);
  return answer;
}

/** Answers about records of paths that were followed before: a record waits, and is asked about again. */
const vouched = new WeakMap<Certificate, WeakMap<RecordBody, boolean>>();

const hash = z.string().regex(/^[0-9a-f]{64}$/);
const member = z.string().regex(/^[A-Za-z0-9._-]{1,128}$/);
// Without a slash in the one and a space in the other, the text of a set stands for one set only.
const store = z.string().regex(/^[!-~]{1,64}$/);
const counter = z.int().min(0);
const guardian = z.strictObject({ member, store });
const set = z.strictObject({ epoch: counter, members: z.array(guardian).min(1).max(16) });
const path = z.exactOptional(
  z.array(z.strictObject({ side: z.enum(['left', 'right']), hash })).max(64),
);
const shape: z.ZodType<Certificate> = z.strictObject({
  owner: member,
  epoch: counter,
  ballot: z.strictObject({ counter, proposer: z.string().max(128), bootNonce: z.string().max(64) }),
  head: z.strictObject({
    version: counter,
    mark: z.string().max(128),
    estate: hash,
    records: hash,
    sealed: z.boolean(),
    next: z.exactOptional(set),
  }),
  votes: z.array(z.strictObject({ guardian, signature: z.instanceof(Uint8Array) })).max(16),
  path,
});
const overrideShape: z.ZodType<Override> = z.strictObject({
  kind: z.literal('override'),
  owner: member,
  epoch: counter,
  heir: member,
  records: hash,
  next: z.exactOptional(set),
  authority: member,
  signature: z.instanceof(Uint8Array),
  path,
});

/** The certificate as bytes (CBOR, RFC 8949), for `SignedRecord.certificate`. */
export function encodeCertificate(certificate: Certificate): Uint8Array {
  return encode(certificate, { ignoreUndefinedProperties: true });
}

/** The certificate in these bytes. Code: `malformed-certificate`. */
export function decodeCertificate(bytes: Uint8Array): Decoded<Certificate> {
  return decodeAs(shape, bytes);
}

/** An authority's word as bytes, where a certificate may stand. */
export function encodeOverride(override: Override): Uint8Array {
  return encode(override, { ignoreUndefinedProperties: true });
}

const proofShape = z.union([shape, overrideShape]);
/** What bytes said when they were first read: a proof is asked about again and again, and never changed. */
const proofs = new WeakMap<Uint8Array, Decoded<Certificate | Override>>();

/** What these bytes prove: votes, or an authority's word. Code: `malformed-certificate`. */
export function decodeProof(bytes: Uint8Array): Decoded<Certificate | Override> {
  let decoded = proofs.get(bytes);
  if (decoded === undefined) {
    decoded = decodeAs(proofShape, bytes);
    proofs.set(bytes, decoded);
  }
  return decoded;
}

type Decoded<T> = Result<T, Refusal<'malformed-certificate'>>;

function decodeAs<T>(expected: z.ZodType<T>, bytes: Uint8Array): Decoded<T> {
  if (bytes.length > maxCertificateBytes) {
    return refuse(
      'malformed-certificate',
      `${bytes.length} bytes, over the limit of ${maxCertificateBytes}`,
    );
  }
  try {
    const plain: unknown = decode(bytes, { strict: true, rejectDuplicateMapKeys: true });
    const parsed = expected.safeParse(plain);
    if (parsed.success) return ok(parsed.data);
    return refuse('malformed-certificate', `not a certificate: ${parsed.error.issues[0]?.message}`);
  } catch (error) {
    return refuse('malformed-certificate', `not CBOR: ${(error as Error).message}`);
  }
}
