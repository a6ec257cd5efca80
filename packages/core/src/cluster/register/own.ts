/**
 * This node's own register: kept by its own store at first, by guardians once there are three members.
 *
 * Guarantees: nothing is proposed before this start has read what is decided; a value that others put there
 * is adopted, never overwritten; another start of this member in the register stops this one.
 */
import type { Change, Estate, GuardianSet } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import {
  type Answer,
  bornRecord,
  type Goal,
  type Held,
  openSelf,
  sameBallot,
  type Versioned,
} from '../../register/index.ts';
import { quarantine } from '../blocks/index.ts';
import { keep, keptKey, publishSeed, rulesOf } from '../guarding/index.ts';
import {
  answered,
  begin,
  bornCell,
  type Ended,
  goBack,
  goTo,
  goToLatest,
  isBusy,
  isOver,
  openDesk,
  timeoutDue,
} from '../proposing/index.ts';
import type { Desk, Turn } from '../state/index.ts';
import { estateOf, type NodeState } from '../state/index.ts';
import { noteFitness } from './abstaining.ts';
import { adopt, checkNonce } from './adopt.ts';
import { settleDoubts } from './doubts.ts';

/** A change of guardians that did not come about is tried again after this long. Milliseconds. */
const movePauseMs = 5_000;

/** Opens the register as the disk and the proofs in the set have it; starts to read it from its guardians. */
export function openOwn(turn: Turn): void {
  const { state, env } = turn;
  const { member, register } = state;
  const stored = estateOf(state).guardians;
  const proven = env.replica.registers.latest(member);
  const born = state.acceptors.get(keptKey(member, 1))?.record.set;
  const sets = [stored.members.length > 0 ? stored : undefined, proven, born];
  let latest: GuardianSet | undefined;
  for (const set of sets) if (set && set.epoch > (latest?.epoch ?? 0)) latest = set;
  if (latest === undefined) {
    register.isRead = true;
    return;
  }
  register.self = undefined;
  const { counter } = register.value.ballot;
  register.desk = openDesk(turn, member, state.bootNonce, latest, counter);
  readOwn(turn);
}

/** Reads again what is decided, when nothing else is going on. */
export function readOwn(turn: Turn): void {
  const { desk, writing } = turn.state.register;
  turn.state.register.wantsRead = true;
  if (desk === undefined || isBusy(desk) || writing !== undefined) return;
  turn.state.register.wantsRead = false;
  const isEnded = estateOf(turn.state).sealed === true;
  ended(turn, desk, begin(turn, desk, isEnded ? { kind: 'read', proof: true } : { kind: 'read' }));
}

/** True when a write may be proposed now. */
export function mayPropose({ register }: NodeState): boolean {
  const { desk, isRead, writing } = register;
  const isKnown = desk?.proposer.current !== undefined;
  return desk !== undefined && isKnown && isRead && !isBusy(desk) && writing === undefined;
}

/** Proposes changes in place of the value that is known. */
export function proposeOwn(turn: Turn, changes: readonly Change[]): void {
  const { desk } = turn.state.register;
  const base = desk?.proposer.current?.digest;
  if (desk === undefined || base === undefined) throw new Error('register: a write before a read');
  const goal: Goal<Change> = { kind: 'write', changes, base };
  ended(turn, desk, begin(turn, desk, goal));
}

/**
 * Hands the register to other guardians. From its owner's own store it goes by way of an acceptor of that
 * store, which keeps the Stop: so epoch 1 ends like every other.
 */
export function moveOwn(turn: Turn, members: GuardianSet['members']): void {
  const desk = turn.state.register.desk ?? openBorn(turn);
  const next = { epoch: desk.proposer.set.epoch + 1, members };
  ended(turn, desk, begin(turn, desk, { kind: 'move', next }));
}

/** Takes the register to an acceptor of the own store: votes there are proof for others. */
export function openBorn(turn: Turn): Desk {
  const { state } = turn;
  const { member, register, store } = state;
  const cell = bornCell(register.value);
  const guardian = { member, store };
  keep(state, bornRecord(rulesOf(turn), member, guardian, cell));
  const set = { epoch: 1, members: [guardian] };
  const desk = openDesk(turn, member, state.bootNonce, set, cell.version);
  register.self = undefined;
  register.desk = desk;
  return desk;
}

/** A guardian answers about our own register. */
export function onOwnAnswer(turn: Turn, from: MemberId, answer: Answer<Estate>): void {
  const { desk } = turn.state.register;
  if (desk === undefined) return;
  noteFitness(turn, desk.proposer.set, answer);
  ended(turn, desk, answered(turn, desk, from, answer));
}

/** Asks silent guardians again; goes to newer ones when others have replaced those that we know. */
export function ownDue(turn: Turn): void {
  const { register } = turn.state;
  const { desk } = register;
  if (desk === undefined) return;
  catchUp(turn, desk);
  ended(turn, desk, timeoutDue(turn, desk));
  // A change of guardians that came to nothing may have ended among those before.
  if (desk.proposer.current === undefined) register.wantsRead = true;
  if (register.wantsRead && register.isRead) readOwn(turn);
}

/** Timeouts for which the set before is asked for the Stop that seeds the next; then the next is asked again. */
const backTries = 6;

/** Others may have moved the register on while we slept: the proof in the set says where it is. */
function catchUp(turn: Turn, desk: Desk): void {
  const { state, env } = turn;
  const proven = env.replica.registers.latest(state.member);
  if (proven === undefined || proven.epoch <= desk.proposer.set.epoch) return;
  if (proven.epoch <= desk.unseeded.epoch && desk.proposer.tries < backTries) return;
  goTo(turn, desk, proven);
  state.register.wantsRead = true;
}

/** A guardian that was never seeded is none: sees to it that all are. */
export function seedAll(turn: Turn): void {
  const { register } = turn.state;
  const { desk } = register;
  if (desk === undefined || isBusy(desk) || register.writing !== undefined) return;
  const { epoch, guardians } = desk.unseeded;
  if (epoch !== desk.proposer.set.epoch || guardians.size === 0) return;
  goBack(turn, desk);
  readOwn(turn);
}

function ended(turn: Turn, desk: Desk, outcome: Ended): void {
  if (outcome === undefined) return;
  const { register } = turn.state;
  const { seed } = desk.proposer;
  if (seed !== undefined) publishSeed(turn, turn.state.member, seed);
  switch (outcome.kind) {
    case 'decided':
      if (register.writing === undefined && isOver(turn, desk)) return turnBack(turn, desk);
      return isDecided(turn, outcome.value);
    case 'conflict':
    case 'uncertain': {
      const again = register.writing?.map((each) => each.intent) ?? [];
      register.writing = undefined;
      turn.state.queue = [...again, ...turn.state.queue];
      return isOver(turn, desk) ? turnBack(turn, desk) : found(turn, outcome.value);
    }
    case 'unreachable':
      return gaveUp(turn, desk);
    case 'frozen':
      quarantine(turn, '', {
        code: 'frozen',
        message: `two values of this node's register were signed under one ballot by ${outcome.proof.ballot.proposer}: the register takes nothing any more, and no new addresses are given out here; stop this node, find out which two processes run with its key, and start it under a new key`,
      });
  }
}

/** What those said who should know of their successors is not believed: these are asked again. */
function turnBack(turn: Turn, desk: Desk): void {
  goToLatest(turn, desk);
  turn.state.register.wantsRead = true;
}

function isDecided(turn: Turn, held: Held<Estate>): void {
  const { register } = turn.state;
  const applied = register.writing;
  register.writing = undefined;
  if (applied === undefined) return found(turn, held);
  const entries = applied.flatMap(({ change }) =>
    change?.kind === 'accept' ? [change.record] : [],
  );
  adopt(turn, held);
  register.decided.push({ applied, entries });
}

/** What is decided now, by whomever. */
function found(turn: Turn, held: Held<Estate>): void {
  const { register } = turn.state;
  const isFirst = !register.isRead;
  register.isRead = true;
  if (isFirst) checkNonce(turn, held.cell.value);
  const isKnown = !isFirst && isSame(register.value, held);
  register.isFound ||= !isKnown;
  adopt(turn, held);
  settleDoubts(turn);
  // Whoever makes us read again and again must not make us write as often.
  if (!isKnown) register.decided.push({ applied: [], entries: [] });
}

/** True when a read found what is known already, in the ballot in which it is known. */
function isSame({ ballot, estate }: Versioned, held: Held<Estate>): boolean {
  const { guardians } = held.cell.value;
  return guardians.epoch === estate.guardians.epoch && sameBallot(ballot, held.ballot);
}

/** Not all next guardians answered: everything stays as it is. */
function gaveUp(turn: Turn, desk: Desk): void {
  const { state, env } = turn;
  const { member, register } = state;
  register.moveAtMs = env.nowMs + movePauseMs * (1 + env.random());
  register.isSetStale = true;
  const { epoch } = desk.proposer.set;
  const born = state.acceptors.get(keptKey(member, 1));
  const isUntouched = born?.record.promised.counter === 0 && born.flight === undefined;
  if (epoch !== 1 || !isUntouched) return;
  state.acceptors.delete(keptKey(member, 1));
  state.kept.delete(member);
  register.desk = undefined;
  register.self = openSelf(register.value);
}
