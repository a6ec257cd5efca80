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
export {
  type Cell,
  type Digest,
  type Rules,
  type Statement,
  type Step,
  seededCell,
  successor,
} from './cell.ts';
export { type AcceptorRecord, isEquivocation } from './judge.ts';
export type {
  Accepted,
  Answer,
  Ask,
  Body,
  Equivocation,
  RefusedBecause,
  Report,
  Seed,
  Vote,
} from './messages.ts';
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
export { type Claim, isDecided, isSeedValid } from './seed.ts';
export { openSelf, type SelfState, selfRegister } from './self.ts';
export type {
  Ballot,
  Outcome,
  Register,
  RegisterEffect,
  RegisterInput,
  RegisterStep,
  Versioned,
} from './types.ts';
