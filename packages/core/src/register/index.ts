export {
  type AcceptorEffect,
  type AcceptorInput,
  type AcceptorState,
  type AcceptorStep,
  acceptorStep,
  bornRecord,
  enlistedRecord,
  openAcceptor,
  silentHeartbeats,
} from './acceptor.ts';
export { ballotAfter, compareBallots, nextBallot, sameBallot, seedBallot } from './ballot.ts';
export { createRegisterBook } from './book.ts';
export {
  type Cell,
  type Digest,
  type Rules,
  type Statement,
  type Step,
  seededCell,
  successor,
} from './cell.ts';
export {
  type Certificate,
  certify,
  decodeCertificate,
  decodeProof,
  encodeCertificate,
  encodeOverride,
  isCertified,
  vouchesFor,
} from './certificate.ts';
export { isEquivocation } from './equivocation.ts';
export {
  digestOfHead,
  estateRules,
  type Head,
  headOf,
  statementBytes,
  vouchedRecords,
} from './estateRules.ts';
export { type Candidate, chooseGuardians } from './guardians.ts';
export type { AcceptorRecord } from './judge.ts';
export { isOnPath, type MerklePath, merklePath, merklePaths, merkleRoot } from './merkle.ts';
export type {
  Accepted,
  Answer,
  Ask,
  Body,
  Equivocation,
  RefusedBecause,
  Report,
  Seed,
} from './messages.ts';
export {
  isOverrideValid,
  type Override,
  type OverrideBody,
  overrideBytes,
  overrideVouches,
  signOverride,
} from './override.ts';
export { openProposer, patience, propose, proposerStep } from './proposer.ts';
export type {
  Goal,
  Held,
  ProposerEffect,
  ProposerInput,
  ProposerOutcome,
  ProposerState,
  ProposerStep,
} from './proposerState.ts';
export { effectiveSet, guardianKey, isGuardian, quorumOf, sameSet } from './quorum.ts';
export { type Claim, isDecided, isSeedValid, provenStop } from './seed.ts';
export {
  decideSelf,
  dropSelf,
  openSelf,
  type ProposedSelf,
  proposeSelf,
  type SelfState,
} from './self.ts';
export type {
  Ballot,
  Proof,
  RegisterBook,
  StopProof,
  Versioned,
  Vote,
} from './types.ts';
