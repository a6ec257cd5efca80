/**
 * Registers of others that this store keeps, and its own first epoch once that was moved on: one acceptor
 * for each owner and epoch, none ever dropped.
 *
 * Guarantees: an answer leaves after its persist; a register is kept here only from the epoch on in which its
 * guardians before asked for it, and those are known from proofs or because they were kept here.
 */
import { type Change, type Estate, type GuardianSet, isShut } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import {
  type AcceptorInput,
  type AcceptorRecord,
  type AcceptorState,
  type Answer,
  type Ask,
  acceptorStep,
  enlistedRecord,
  isGuardian,
  openAcceptor,
  sameSet,
  seedBallot,
} from '../../register/index.ts';
import { isSilent } from '../members/index.ts';
import { estateOf, type NodeState, type Turn, tell } from '../state/index.ts';
import { endsHeard, withHeard } from './endsHeard.ts';
import { publishSeed } from './proofs.ts';
import { rulesOf } from './rules.ts';

type Kept = AcceptorState<Estate, Change>;

/** Key of an acceptor in `state.acceptors`. */
export function keptKey(owner: MemberId, epoch: number): string {
  return `${owner} ${epoch}`;
}

/** Takes up an acceptor, from the disk or new. */
export function keep(state: NodeState, record: AcceptorRecord<Estate>): Kept {
  const { owner, set } = record;
  const kept = openAcceptor<Estate, Change>(record);
  state.acceptors.set(keptKey(owner, set.epoch), kept);
  state.kept.set(owner, Math.max(set.epoch, state.kept.get(owner) ?? 0));
  return kept;
}

/** The acceptor of an owner's latest epoch that is kept here, seeded: a change of guardians may have come to nothing. */
export function latestKept(state: NodeState, owner: MemberId): Kept | undefined {
  for (let epoch = state.kept.get(owner) ?? 0; epoch > 0; epoch -= 1) {
    const kept = state.acceptors.get(keptKey(owner, epoch));
    if (kept?.record.accepted !== undefined) return kept;
  }
  return undefined;
}

/** The same, while no later epoch is proven: others keep that. */
export function keptNow({ state, env }: Turn, owner: MemberId): Kept | undefined {
  const kept = latestKept(state, owner);
  const proven = env.replica.registers.latest(owner)?.epoch ?? 0;
  return kept === undefined || proven > kept.record.set.epoch ? undefined : kept;
}

/** A proposer asks about a register. */
export function onAsk(turn: Turn, from: MemberId, ask: Ask<Estate, Change>): void {
  const key = keptKey(ask.owner, ask.epoch);
  const kept = turn.state.acceptors.get(key);
  if (kept === undefined && !enlist(turn, ask)) return refuse(turn, from, ask, 'unseeded');
  if (isTooSoon(turn, from, ask)) return;
  if (kept && endsHeard(turn, from, ask, kept)) return refuse(turn, from, ask, 'heard');
  feed(turn, key, { type: 'ask', from, ask });
  if (from === ask.owner && from !== turn.state.member && 'ballot' in ask) {
    feed(turn, key, { type: 'heard', bootNonce: ask.ballot.bootNonce });
  }
  if (ask.type === 'seed') publishSeed(turn, ask.owner, ask.seed);
}

/** Gives an input to an acceptor and carries out what it wants. */
export function feed(turn: Turn, key: string, input: AcceptorInput<Estate, Change>): void {
  const { state } = turn;
  const kept = state.acceptors.get(key);
  if (kept === undefined) return;
  const step = acceptorStep(rulesOf(turn), kept, input);
  state.acceptors.set(key, step.state);
  for (const effect of step.effects) {
    if (effect.type === 'persist') {
      turn.effects.push({ type: 'persistAcceptor', record: effect.record });
    } else {
      const answer = withHeard(turn, effect.to, effect.message, kept);
      tell(turn, effect.to, { type: 'registerAnswer', answer });
    }
  }
}

/** Gives an input to every acceptor of one owner, or of all. */
export function feedAll(turn: Turn, input: AcceptorInput<Estate, Change>, owner?: MemberId): void {
  for (const [key, { record }] of turn.state.acceptors) {
    if (owner === undefined || record.owner === owner) feed(turn, key, input);
  }
}

/** Starts to keep a register when its guardians of before are known to be those. */
function enlist({ state, env }: Turn, ask: Ask<Estate, Change>): boolean {
  if (ask.type !== 'enlist') return false;
  const { owner, set, previous } = ask;
  if (isGivenUp(state, owner)) return false;
  const guardian = { member: state.member, store: state.store };
  if (!isGuardian(set, guardian) || set.epoch !== ask.epoch) return false;
  if (set.epoch !== previous.epoch + 1) return false;
  const known = env.replica.registers.setOf(owner, previous.epoch);
  const kept = state.acceptors.get(keptKey(owner, previous.epoch))?.record.set;
  const isKnown = [known, kept].some((each) => each !== undefined && sameSet(each, previous));
  if (!isKnown && !isBirth(owner, previous)) return false;
  keep(state, enlistedRecord(owner, guardian, set, previous));
  return true;
}

/** True for members that a census shut out, or is about to: their registers are nobody's business any more. */
export function isGivenUp(state: NodeState, member: MemberId): boolean {
  return (
    isShut(estateOf(state), member) || state.censuses.answered?.of.owners.includes(member) === true
  );
}

/** Epoch 1 is the owner's own store. */
function isBirth(owner: MemberId, { epoch, members }: GuardianSet): boolean {
  return epoch === 1 && members.length === 1 && members[0]?.member === owner;
}

/** Nothing is kept here under that name (never "empty", always a refusal), or its end is not voted for. */
function refuse(
  turn: Turn,
  from: MemberId,
  { owner, epoch, ...ask }: Ask<Estate, Change>,
  because: 'unseeded' | 'heard',
): void {
  if (ask.type !== 'prepare' && ask.type !== 'accept') return;
  const { member, store } = turn.state;
  const answer: Answer<Estate> = {
    owner,
    epoch,
    guardian: { member, store },
    type: 'refused',
    of: ask.type,
    ballot: ask.ballot,
    because,
    promised: seedBallot,
  };
  tell(turn, from, { type: 'registerAnswer', answer });
}

/** A reserve is given up only by guardians that have not heard its owner themselves. */
function isTooSoon(turn: Turn, from: MemberId, ask: Ask<Estate, Change>): boolean {
  if (ask.type !== 'accept' || from === ask.owner || ask.body.kind !== 'step') return false;
  if (!ask.body.step.changes.some(({ kind }) => kind === 'reclaim')) return false;
  return !isSilent(turn, ask.owner);
}
