/** What is left to do for the register of a member that is silent or gone. Decides, changes nothing itself. */
import { type Change, type Estate, type OutboxEntry, reclaimBodies } from '../../estate/index.ts';
import type { Guardian } from '../../estate/types.ts';
import type { MemberId } from '../../membership/types.ts';
import { recordId, signRecord } from '../../ownership/record.ts';
import type { SignedRecord } from '../../ownership/types.ts';
import { certify, encodeCertificate, type Held } from '../../register/index.ts';
import { isAcknowledging } from '../pending.ts';
import { estateOf } from '../state.ts';
import type { Turn } from '../turn.ts';
import { intend } from '../writes.ts';
import { startCare } from './care.ts';
import { collect, told } from './collect.ts';
import { canTake, replacement } from './guardians.ts';
import { owed } from './owed.ts';
import { isSilent } from './silence.ts';
import type { Care } from './types.ts';

/** The next thing to do. */
export type Deed =
  | { readonly kind: 'write'; readonly changes: readonly Change[] }
  | { readonly kind: 'move'; readonly members: readonly Guardian[] }
  | { readonly kind: 'wait'; readonly reason: string }
  | { readonly kind: 'done'; readonly heir?: MemberId };

/** What comes next for this register. */
export function nextDeed(turn: Turn, care: Care, held: Held<Estate>): Deed {
  final(turn, care, held);
  if (care.kind === 'final') return { kind: 'done' };
  return (
    takeOver(turn, care, held.cell.value) ??
    spread(turn, held.cell.value) ??
    mine(turn, care, held) ??
    settle(turn, care, held) ??
    replace(turn, care) ?? { kind: 'done', ...heirOf(turn, care, held) }
  );
}

/** How far a member that is silent or gone had accepted what we gave it. */
function final(turn: Turn, { owner }: Care, held: Held<Estate>): void {
  const { member } = turn.state;
  const accepted = held.cell.value.in[member] ?? 0;
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
  const mayReclaim = care.kind === 'reclaim' && isSilent(turn, care.owner) && canTake(state);
  if (!isForget && !mayReclaim) return undefined;
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

/** What waits for us: accepted here first, then dropped there. An owner that is back gives what it granted itself. */
function mine(turn: Turn, care: Care, held: Held<Estate>): Deed | undefined {
  const { member } = turn.state;
  const entries = held.cell.value.outbox.filter(({ to }) => to === member);
  const isBack = turn.state.peers.get(care.owner)?.connected === true;
  const isIts = isBack && entries.every(({ record }) => record.body.kind === 'grant');
  if (entries.length === 0 || isIts) return undefined;
  const left = collect(turn, care.owner, entries, (record) => certified(care, held, record));
  if (left !== undefined) return { kind: 'wait', reason: left };
  const counter = estateOf(turn.state).in[care.owner] ?? 0;
  return { kind: 'write', changes: [{ kind: 'acknowledged', to: member, counter }] };
}

/** What was on its way to members that are gone: accepted before they went, or taken back. */
function settle(turn: Turn, care: Care, held: Held<Estate>): Deed | undefined {
  const { registers } = turn.env.replica;
  const { value } = held.cell;
  const entry = value.outbox.find(({ to }) => registers.isGone(to));
  if (entry === undefined) return undefined;
  const certain = (record: SignedRecord): SignedRecord => certified(care, held, record);
  const change = settled(turn, value, entry, certain);
  if (change === undefined) return { kind: 'wait', reason: `how far ${entry.to} had accepted` };
  return { kind: 'write', changes: [change] };
}

/**
 * The change that ends a grant to a member that is gone; undefined while it is not known how far that had
 * accepted, or while that is not in the set. What a sealed estate gets back goes on to us.
 */
export function settled(
  turn: Turn,
  estate: Estate,
  entry: OutboxEntry,
  certain: (record: SignedRecord) => SignedRecord,
): Change | undefined {
  const { state, env } = turn;
  const { to, counter } = entry;
  if (env.replica.registers.isOverridden(to)) {
    // Nobody can tell any more how far it had accepted: what it did not have is found by another census.
    const isTold = told(turn, certain(entry.record));
    return isTold ? { kind: 'acknowledged', to, counter } : undefined;
  }
  const final = state.finals.get(to);
  if (final === undefined) {
    startCare(turn, to, 'final');
    return undefined;
  }
  if (!told(turn, certain(entry.record))) return undefined;
  const accepted = final.in[estate.member] ?? 0;
  if (counter <= accepted) return { kind: 'acknowledged', to, counter: accepted };
  const { body } = entry.record;
  const back = signRecord(env.signer, follow(body, estate.member, 'take-back'));
  const record = { ...back, certificate: final.certificate };
  if (!told(turn, record)) return undefined;
  if (!estate.sealed) return { kind: 'takeBack', to, counter, record };
  const onward = {
    to: state.member,
    counter: (estate.out[state.member] ?? 0) + 1,
    record: signRecord(env.signer, follow(record.body, state.member, 'reclaim')),
  };
  return { kind: 'takeBack', to, counter, record, onward };
}

function follow(
  { network, pool, prefix, version, ...before }: SignedRecord['body'],
  owner: MemberId,
  kind: 'take-back' | 'reclaim',
): SignedRecord['body'] {
  const predecessors = [recordId({ network, pool, prefix, version, ...before })];
  return { network, pool, prefix, version: version + 1, owner, predecessors, kind };
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
