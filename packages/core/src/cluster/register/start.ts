/**
 * The start of a node. Guardian duty begins at once; this node's own register is read first, or, kept by its own
 * store while others are known, confirmed by a word of one of them (rule R4). Then the boot nonce is written.
 */
import type { MemberId } from '../../membership/types.ts';
import type { SignedRecord } from '../../ownership/types.ts';
import {
  learnSeal,
  letGoAtStart,
  publishAll,
  quarantine,
  takeUp,
  valueChanged,
} from '../blocks/index.ts';
import type { Input, Message } from '../contract/index.ts';
import { feedAll, keep, onSign } from '../guarding/index.ts';
import { livingMembers } from '../members/index.ts';
import type { Durable, Turn } from '../state/index.ts';
import { estateOf, type NodeState } from '../state/index.ts';
import { intend, isOnItsWay } from '../writes/index.ts';
import { contradicts, proveRollback } from './doubts.ts';
import { openOwn, readOwn } from './own.ts';

type Start = Extract<Input, { type: 'start' }>;
type Hello = Extract<Message, { type: 'hello' }>;

/** Takes up what the disk has. */
export function start(turn: Turn, input: Start): void {
  const { state, env } = turn;
  const { nowMs } = env;
  state.syncAtMs = nowMs + state.tuning.syncMs * env.random();
  state.startedAtMs = nowMs;
  state.heartbeatAtMs = nowMs + state.tuning.heartbeatMs * env.random();
  state.bootNonce = input.bootNonce;
  state.nonces = input.nonces ?? [input.register.estate.bootNonce];
  for (const record of input.acceptors ?? []) keep(state, record);
  state.isLeaving ||= input.isLeaving === true;
  takeUp(turn, input.found ?? []);
  if (input.suspicion !== undefined) suspect(turn, input.suspicion);
  valueChanged(turn);
  openOwn(turn);
  letGoAtStart(turn);
  const others = livingMembers(turn).some((member) => member !== state.member);
  const isOwn = isKeptAlone(state) && input.isAlone !== true;
  state.needsWord = isOwn && others;
  const isFirst = estateOf(state).bootNonce === '';
  if (isOwn && !others && !isFirst) state.listensUntilMs = nowMs + state.tuning.listenMs;
}

/** True while this node's own store is all that keeps its register, as far as this store knows. */
function isKeptAlone({ register }: NodeState): boolean {
  return register.desk === undefined || register.desk.proposer.set.epoch === 1;
}

/** The shell has reason to think that this store is a copy, or from the past. */
function suspect(turn: Turn, reason: string): void {
  feedAll(turn, { type: 'suspect', reason });
  quarantine(turn, '', {
    code: 'clone',
    message: `${reason}: this may be a copy of a node that still runs. It gives out no new addresses, takes no space and keeps no registers. If this machine is the rightful one, start the agent once with --adopt; else stop it, and join again with an empty state directory`,
  });
}

/**
 * True once what this start has as its register is more than what its disk says: guardians told it, or whoever could
 * know more of it was heard.
 */
export function isConfirmed(state: NodeState, nowMs: number): boolean {
  if (!state.register.isRead || nowMs < state.listensUntilMs) return false;
  return !state.needsWord || !isKeptAlone(state);
}

/**
 * True while what the disk says of this node's own register may be long past: nothing is written to it before a member
 * has said that it is not. Example: the disk went back to when this node kept its register itself, and an
 * acknowledgement that comes before any greeting would be decided in an epoch that has ended.
 */
export function awaitsWord(state: NodeState): boolean {
  return !state.booted && state.needsWord && isKeptAlone(state);
}

/** Writes the boot nonce once nothing stands against it. */
export function bootWhenReady(turn: Turn): void {
  const { state } = turn;
  if (state.booted || state.quarantined || !isConfirmed(state, turn.env.nowMs)) return;
  if (estateOf(state).sealed || state.bootNonce === '') return;
  const isBooting = isOnItsWay(
    state,
    (intent) => intent.kind === 'change' && intent.change.kind === 'boot',
  );
  if (isBooting) return;
  intend(turn, { kind: 'change', change: { kind: 'boot', bootNonce: state.bootNonce } });
}

/** The boot nonce of this start is in the register: its blocks may be opened. */
export function boot(turn: Turn, durable: Durable): void {
  turn.state.booted = true;
  publishAll(turn, durable);
}

/** What a peer knows of this node: more than its register means that its state went back in time. */
export function onWord(turn: Turn, from: MemberId, { about, bootNonce }: Hello): void {
  const { state } = turn;
  onSign(turn, from, { type: 'heard', bootNonce });
  const { register } = state;
  if (!register.isRead) return;
  state.listensUntilMs = 0;
  const known = register.desk?.proposer.set.epoch ?? 0;
  if (isKeptAlone(state) && about.epoch > known) {
    // Others keep this node's register by now: the proof of it comes with their sets.
    state.needsWord = true;
    return;
  }
  if (contradicts(turn, from, about)) {
    if (register.desk === undefined) return proveRollback(turn, from, about);
    // Others may have written to the register since it was last read here: a heir takes reserve behind our back.
    register.doubts.set(from, about);
    readOwn(turn);
    return;
  }
  state.needsWord = false;
}

/** A proof about a register came: others may keep this node's, or have ended it, while it knew nothing of it. */
export function learnProof(turn: Turn, owner: MemberId): void {
  const { state, env } = turn;
  const { register } = state;
  if (owner !== state.member) return;
  learnSeal(turn);
  const isEnded = env.replica.registers.isGone(owner) && estateOf(state).sealed !== true;
  if (register.self === undefined) {
    if (isEnded) readOwn(turn);
    return;
  }
  if (env.replica.registers.latest(owner) === undefined || state.inFlight?.isSelf) return;
  // A store that is new under an old key may have started on a register of its own already: that start counts for nothing.
  state.booted = false;
  register.isRead = false;
  state.needsWord = false;
  openOwn(turn);
}

/** Somebody took over reserve of ours: see what is left. */
export function learnReclaims(turn: Turn, records: readonly SignedRecord[]): void {
  const { state } = turn;
  if (state.register.desk === undefined) return;
  const taken = records.filter(({ body }) => body.kind === 'reclaim');
  if (taken.length === 0) return;
  const ours = new Set(estateOf(state).holdings.map((holding) => holding.record));
  const isOurs = taken.some(({ body }) => body.predecessors.some((each) => ours.has(each)));
  if (isOurs) readOwn(turn);
}
