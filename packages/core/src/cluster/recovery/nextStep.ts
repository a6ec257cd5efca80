/** What is left to do for the register of a member that is silent or gone. Decides, changes nothing itself. */
import { type Change, type Estate, reclaimBodies } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import { recordId, signRecord } from '../../ownership/record.ts';
import type { SignedRecord } from '../../ownership/types.ts';
import { certify, encodeCertificate, type Held, silentHeartbeats } from '../../register/index.ts';
import { hasEnded, isSilent, silentMs } from '../members/index.ts';
import { canTake, replacement } from '../register/index.ts';
import { isTold } from '../replication/index.ts';
import type { Care, Turn } from '../state/index.ts';
import { estateOf } from '../state/index.ts';
import { intend, isAcknowledging } from '../writes/index.ts';
import { type Deed, longestPauseMs } from './cases.ts';
import { sealProblem } from './forgetProblems.ts';
import { settle } from './settle.ts';
import { collect, told } from './takeIn.ts';
import { owed } from './unpublished.ts';

/** What comes next for this register. */
export function nextDeed(turn: Turn, care: Care, held: Held<Estate>): Deed {
  final(turn, care, held);
  if (care.kind === 'final') return { kind: 'done' };
  const { value } = held.cell;
  const before = takeOver(turn, care, value) ?? spread(turn, value);
  if (before !== undefined) return before;
  const own = mine(turn, care, held);
  if (own?.kind === 'write') return own;
  const certain = (record: SignedRecord): SignedRecord => certified(care, held, record);
  const others = (): Deed | undefined => {
    const settling = settle(turn, value, certain);
    // Perhaps nobody can tell any more how far others had accepted: guardians that leave do not wait for it for ever.
    const isVain = settling?.kind === 'wait' && care.pauseMs >= longestPauseMs(turn);
    return settling !== undefined && !isVain ? settling : (replace(turn, care) ?? settling);
  };
  const next = isBack(turn, care.owner) ? undefined : others();
  // What we wait for may be in the same register, on its way to somebody else.
  if (own !== undefined && (next === undefined || next.kind === 'wait')) return own;
  return next ?? { kind: 'done', ...heirOf(turn, care, held) };
}

/** An owner that is heard again sees to its own outbox and guardians; one in quarantine is connected, and does not. */
function isBack(turn: Turn, owner: MemberId): boolean {
  const { heartbeatMs } = turn.state.tuning;
  const isHeard = silentMs(turn, owner) < silentHeartbeats * heartbeatMs;
  return isHeard && !turn.env.replica.registers.isGone(owner);
}

/** How far a member that is silent or gone had accepted what we gave it. */
function final(turn: Turn, { owner }: Care, held: Held<Estate>): void {
  const { member } = turn.state;
  const { value } = held.cell;
  // How a sealed one ended is among the finals.
  if (!value.sealed) turn.state.accepted.set(owner, value.in);
  const accepted = value.in[member] ?? 0;
  const entries = estateOf(turn.state).outbox.filter(
    (entry) => entry.to === owner && entry.counter <= accepted,
  );
  if (entries.length === 0 || isAcknowledging(turn.state, owner, accepted)) return;
  for (const { record } of entries) told(turn, record);
  const change = { kind: 'acknowledged' as const, to: owner, counter: accepted };
  intend(turn, { kind: 'change', change });
}

/** Seals what an operator gave up; takes the reserve of the silent. */
function takeOver(turn: Turn, care: Care, estate: Estate): Deed | undefined {
  const { state, env } = turn;
  if (estate.sealed) return undefined;
  const isForget = care.kind === 'forget';
  const isSilentOne = care.kind === 'reclaim' && isSilent(turn, care.owner);
  const mayReclaim = isSilentOne && canTake(state) && !hasEnded(turn);
  if (!isForget && !mayReclaim) return undefined;
  const problem = isForget ? sealProblem(turn, care) : undefined;
  if (problem !== undefined) return { kind: 'refused', reason: problem };
  const kind = isForget ? 'seal' : 'reclaim';
  const bodies = reclaimBodies(estate, state.network, state.member, kind);
  if (!isForget && bodies.length === 0) return undefined;
  const change: Change = {
    kind,
    to: state.member,
    counter: (estate.out[state.member] ?? 0) + 1,
    records: bodies.map((body) => signRecord(env.signer, body)),
    ...(care.now ? { now: true } : {}),
  };
  return { kind: 'write', changes: [change] };
}

/** Records that the owner put in force and did not get to publish. */
function spread(turn: Turn, estate: Estate): Deed | undefined {
  if (estate.unpublished === undefined) return undefined;
  const change = owed(turn, estate);
  if (change !== undefined) return { kind: 'write', changes: [change] };
  return { kind: 'wait', reason: 'what its owner had not published is stored' };
}

/**
 * What waits for us: accepted here first, then dropped there. An owner that is back gives what it granted itself. One
 * that has left takes nothing any more: others settle that against its register.
 */
function mine(turn: Turn, care: Care, held: Held<Estate>): Deed | undefined {
  const { member } = turn.state;
  const entries = held.cell.value.outbox.filter(({ to }) => to === member);
  const isIts =
    isBack(turn, care.owner) && entries.every(({ record }) => record.body.kind === 'grant');
  if (entries.length === 0 || isIts || hasEnded(turn)) return undefined;
  const certain = (record: SignedRecord): SignedRecord => certified(care, held, record);
  const left = collect(turn, care.owner, entries, certain);
  const counter = estateOf(turn.state).in[care.owner] ?? 0;
  const accepted = entries.filter((entry) => entry.counter <= counter);
  const isDone = accepted.every(({ record }) => isTold(turn, certain(record)));
  if (left !== undefined && (accepted.length === 0 || !isDone)) {
    return { kind: 'wait', reason: left };
  }
  return { kind: 'write', changes: [{ kind: 'acknowledged', to: member, counter }] };
}

/** Guardians that are gone or silent themselves make way, while a quorum is left to decide it. */
function replace(turn: Turn, { owner, desk }: Care): Deed | undefined {
  const members = replacement(turn, owner, desk.proposer.set);
  return members === undefined ? undefined : { kind: 'move', members };
}

/** A reclaimed record with the votes that prove it; others are what they are. */
function certified({ owner, desk }: Care, held: Held<Estate>, record: SignedRecord): SignedRecord {
  if (record.body.kind !== 'reclaim' || held.votes === undefined) return record;
  const { ballot, cell, votes } = held;
  const { epoch } = desk.proposer.set;
  const certificate = certify(owner, epoch, { ballot, cell, votes }, recordId(record.body));
  return certificate === undefined
    ? record
    : { ...record, certificate: encodeCertificate(certificate) };
}

/** Who has what a forgotten member had. */
function heirOf(turn: Turn, { kind }: Care, held: Held<Estate>): { readonly heir?: MemberId } {
  const { state } = turn;
  if (kind !== 'forget') return {};
  const isOurs = (held.cell.value.out[state.member] ?? 0) > 0;
  return isOurs ? { heir: state.member } : {};
}
