/**
 * What an acceptor decides about one message: the record it must store, and the answer that may leave
 * once that is durable. Numbered cases, in the order in which they are tried:
 *
 *  1. A frozen register answers everything with the proof. One that abstains, or was never seeded, refuses.
 *  2. A proposal that its proposer did not sign, or that somebody else brings, is invalid.
 *  3. The ballot it accepted last: the same cell is acknowledged again, another one freezes the register.
 *  4. A ballot below the promised one is refused.
 *  5. A new start of the owner while the old one was heard a moment ago is refused (pacing only).
 *  6. A prepare is promised. An accept is recomputed, compared with its digest, and taken; with that the
 *     proposer's next ballot is promised.
 */
import type { Guardian, GuardianSet } from '../estate/types.ts';
import type { MemberId } from '../membership/types.ts';
import { compareBallots, nextBallot, sameBallot, seedBallot } from './ballot.ts';
import { type Cell, type Rules, type Statement, seededCell, successor } from './cell.ts';
import { isEquivocation } from './equivocation.ts';
import type {
  Accepted,
  Answer,
  Ask,
  Body,
  Equivocation,
  RefusedBecause,
  Seed,
} from './messages.ts';
import { isGuardian, sameSet } from './quorum.ts';
import { isSeedValid } from './seed.ts';
import type { Ballot } from './types.ts';

/** What an acceptor keeps on disk for one register and epoch. Never deleted: a Stop is kept for ever. */
export interface AcceptorRecord<V> {
  readonly owner: MemberId;
  readonly guardian: Guardian;
  readonly set: GuardianSet;
  /** The set whose Stop seeds this epoch. */
  readonly previous: GuardianSet;
  /** True once `ready` may be said: that this store knows of the register is durable. */
  readonly ready: boolean;
  /** Nothing below is answered with anything but a refusal. */
  readonly promised: Ballot;
  /** Absent until seeded. */
  readonly accepted?: Accepted<V>;
  /** Why this store does not answer in this epoch any more (rule R6). */
  readonly abstains?: string;
  readonly frozen?: Equivocation;
}

/** The record to store (the same one when nothing changed) and the answer, if there is one. */
export interface Judgement<V> {
  readonly record: AcceptorRecord<V>;
  readonly answer: Answer<V> | undefined;
}

type AskOf<V, C, T> = Extract<Ask<V, C>, { type: T }>;

/** Judges one message of `from`. `isBusy` says that another start of the owner is too recent (case 5). */
export function judge<V, C>(
  rules: Rules<V, C>,
  record: AcceptorRecord<V>,
  from: MemberId,
  ask: Ask<V, C>,
  isBusy: (ballot: Ballot) => boolean,
): Judgement<V> {
  if (record.frozen !== undefined) {
    return { record, answer: { ...about(record), type: 'frozen', proof: record.frozen } };
  }
  switch (ask.type) {
    case 'enlist':
      if (record.abstains !== undefined) return refused(record, ask.type, 'abstains');
      if (!isSuccession(record, ask)) return refused(record, ask.type, 'invalid');
      return {
        record: record.ready ? record : { ...record, ready: true },
        answer: { ...about(record), type: 'ready' },
      };
    case 'seed':
      return judgeSeed(rules, record, ask.seed);
    case 'freeze':
      return judgeFreeze(rules, record, ask.proof);
    default: {
      const { accepted } = record;
      if (record.abstains !== undefined) return refused(record, ask.type, 'abstains', ask.ballot);
      if (accepted === undefined) return refused(record, ask.type, 'unseeded', ask.ballot);
      if (from !== ask.ballot.proposer) return refused(record, ask.type, 'invalid', ask.ballot);
      if (ask.type === 'prepare') return judgePrepare(record, accepted, ask, isBusy);
      return judgeAccept(rules, record, accepted, ask, isBusy);
    }
  }
}

function judgePrepare<V, C>(
  record: AcceptorRecord<V>,
  accepted: Accepted<V>,
  { ballot, has, type }: AskOf<V, C, 'prepare'>,
  isBusy: (ballot: Ballot) => boolean,
): Judgement<V> {
  const order = compareBallots(ballot, record.promised);
  if (order < 0) return refused(record, type, 'promised', ballot);
  if (isBusy(ballot)) return refused(record, type, 'nonce', ballot);
  const { cell, ...head } = accepted;
  const report = has === accepted.digest ? head : { ...head, cell };
  return {
    record: order === 0 ? record : { ...record, promised: ballot },
    answer: { ...about(record), type: 'promise', ballot, accepted: report },
  };
}

function judgeAccept<V, C>(
  rules: Rules<V, C>,
  record: AcceptorRecord<V>,
  accepted: Accepted<V>,
  ask: AskOf<V, C, 'accept'>,
  isBusy: (ballot: Ballot) => boolean,
): Judgement<V> {
  const { ballot, digest, signature, body, type } = ask;
  const statement = proposalOf(record, ballot, digest);
  if (!rules.verify(ballot.proposer, statement, signature)) {
    return refused(record, type, 'invalid', ballot);
  }
  if (sameBallot(ballot, accepted.ballot)) {
    if (digest === accepted.digest) return { record, answer: voteOf(rules, record, accepted) };
    return freeze(record, {
      ballot,
      digests: [accepted.digest, digest],
      signatures: [accepted.signature, signature],
    });
  }
  if (compareBallots(ballot, record.promised) < 0) return refused(record, type, 'promised', ballot);
  if (isBusy(ballot)) return refused(record, type, 'nonce', ballot);
  const cell = cellOf(rules, accepted, digest, body);
  if (cell === 'lacks') return refused(record, type, 'lacks', ballot);
  if (cell === undefined || rules.digest(record.owner, record.set.epoch, cell) !== digest) {
    return refused(record, type, 'invalid', ballot);
  }
  const taken = { ballot, digest, signature, cell };
  const next = { ...record, promised: nextBallot(ballot), accepted: taken };
  return { record: next, answer: voteOf(rules, next, taken) };
}

function cellOf<V, C>(
  rules: Rules<V, C>,
  accepted: Accepted<V>,
  digest: string,
  body: Body<V, C>,
): Cell<V> | 'lacks' | undefined {
  switch (body.kind) {
    case 'whole':
      return body.cell;
    case 'keep':
      return accepted.digest === digest ? accepted.cell : 'lacks';
    case 'step':
      if (accepted.digest !== body.parent) return 'lacks';
      return successor(rules, accepted.cell, body.step);
  }
}

/** Is this set asked to follow the set that is known to be before it? */
function isSuccession<V, C>(
  { previous, set }: AcceptorRecord<V>,
  ask: AskOf<V, C, 'enlist'>,
): boolean {
  return set.epoch === previous.epoch + 1 && sameSet(previous, ask.previous);
}

/** Seeded once, by proof of the Stop before; a second seed changes nothing. */
function judgeSeed<V, C>(
  rules: Rules<V, C>,
  record: AcceptorRecord<V>,
  seed: Seed<V>,
): Judgement<V> {
  const { owner, guardian, previous } = record;
  if (record.abstains !== undefined) return refused(record, 'seed', 'abstains');
  if (record.accepted !== undefined)
    return { record, answer: { ...about(record), type: 'seeded' } };
  const to = seed.stop.next;
  const isMine = to !== undefined && to.epoch === record.set.epoch && isGuardian(to, guardian);
  if (!record.ready || !isMine || !isSeedValid(rules, owner, seed, previous)) {
    return refused(record, 'seed', 'invalid');
  }
  const cell = seededCell(rules, seed.stop, to);
  const digest = rules.digest(owner, to.epoch, cell);
  const accepted = { ballot: seedBallot, digest, signature: new Uint8Array(0), cell };
  return {
    record: { ...record, set: to, accepted },
    answer: { ...about(record), type: 'seeded' },
  };
}

function judgeFreeze<V, C>(
  rules: Rules<V, C>,
  record: AcceptorRecord<V>,
  proof: Equivocation,
): Judgement<V> {
  if (!isEquivocation(rules, record.owner, record.set.epoch, proof)) {
    return { record, answer: undefined };
  }
  return freeze(record, proof);
}

function freeze<V>(record: AcceptorRecord<V>, proof: Equivocation): Judgement<V> {
  return {
    record: { ...record, frozen: proof },
    answer: { ...about(record), type: 'frozen', proof },
  };
}

function proposalOf<V>(record: AcceptorRecord<V>, ballot: Ballot, digest: string): Statement {
  return { kind: 'proposal', owner: record.owner, epoch: record.set.epoch, ballot, digest };
}

function voteOf<V, C>(
  rules: Rules<V, C>,
  record: AcceptorRecord<V>,
  { ballot, digest }: Accepted<V>,
): Answer<V> {
  const { owner, guardian } = record;
  const { epoch } = record.set;
  const signature = rules.sign({ kind: 'vote', owner, epoch, ballot, digest, guardian });
  return { ...about(record), type: 'accepted', ballot, digest, signature };
}

function about<V>(record: AcceptorRecord<V>): {
  readonly owner: MemberId;
  readonly epoch: number;
  readonly guardian: Guardian;
} {
  return { owner: record.owner, epoch: record.set.epoch, guardian: record.guardian };
}

function refused<V>(
  record: AcceptorRecord<V>,
  of: 'prepare' | 'accept' | 'enlist' | 'seed',
  because: RefusedBecause,
  ballot: Ballot = seedBallot,
): Judgement<V> {
  const { promised } = record;
  return {
    record,
    answer: { ...about(record), type: 'refused', of, ballot, because, promised },
  };
}
