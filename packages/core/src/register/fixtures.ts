// Certificates for tests: votes of whoever is named, over whatever is said, without a register that decided it.
import { fakeSigner } from '../crypto/index.ts';
import type { Guardian, GuardianSet } from '../estate/types.ts';
import type { MemberId, NetworkId } from '../membership/types.ts';
import { signRegister } from '../ownership/record.ts';
import type { RecordId, SignedRegister } from '../ownership/types.ts';
import { type Certificate, encodeCertificate } from './certificate.ts';
import { digestOfHead, type Head, statementBytes } from './estateRules.ts';
import { merklePath, merkleRoot } from './merkle.ts';

/** What a certificate shall show. */
export interface Shown {
  readonly network: NetworkId;
  readonly owner: MemberId;
  /** Who keeps the register in this epoch. */
  readonly set: GuardianSet;
  /** Who votes. Default: the whole set. */
  readonly voters?: readonly Guardian[];
  readonly next?: GuardianSet;
  readonly sealed?: boolean;
  /** The one record vouched for. */
  readonly record?: RecordId;
}

/** A set of members, each on the store `s<member>`. */
export function setOf(epoch: number, ...members: readonly MemberId[]): GuardianSet {
  return { epoch, members: members.map((member) => ({ member, store: `s${member}` })) };
}

/** The certificate with these votes. */
export function certificateOf(shown: Shown): Certificate {
  const { network, owner, set, voters = set.members, next, sealed = false, record } = shown;
  const { epoch } = set;
  const records = record === undefined ? [] : [record];
  const bare = {
    version: epoch,
    mark: '',
    estate: '0'.repeat(64),
    records: merkleRoot(records),
    sealed,
  };
  const head: Head = next === undefined ? bare : { ...bare, next };
  const ballot = { counter: 1, proposer: owner, bootNonce: 'n' };
  const digest = digestOfHead(network, owner, epoch, head);
  const votes = voters.map((guardian) => {
    const statement = { kind: 'vote' as const, owner, epoch, ballot, digest, guardian };
    const signature = fakeSigner(guardian.member).sign(statementBytes(network, statement));
    return { guardian, signature };
  });
  const certificate = { owner, epoch, ballot, head, votes };
  const path = record === undefined ? undefined : merklePath(records, record);
  return path === undefined ? certificate : { ...certificate, path };
}

/** A certificate as an entry of the replicated set. */
export function proofOf(
  network: NetworkId,
  certificate: Certificate,
  publisher: MemberId = 'publisher',
): SignedRegister {
  const { owner } = certificate;
  const body = { network, owner, certificate: encodeCertificate(certificate) };
  return signRegister(fakeSigner(publisher), body);
}
