/**
 * Leaving for good: blocks are withdrawn as they fall empty, everything goes to other members, the register
 * is sealed, and the node stays until it keeps nobody else's register.
 */
import { prefixOf } from '../../address/index.ts';
import type { MemberId } from '../../membership/types.ts';
import { certify, encodeCertificate } from '../../register/index.ts';
import { hasBlocks, withdrawAll } from '../blocks/index.ts';
import { keptNow, publishProof } from '../guarding/index.ts';
import { livingMembers } from '../members/index.ts';
import { isBusy } from '../proposing/index.ts';
import { guardedFrom, openBorn, readOwn } from '../register/index.ts';
import type { Turn } from '../state/index.ts';
import { estateOf } from '../state/index.ts';
import { intend, isOnItsWay } from '../writes/index.ts';

/** Takes the next step of leaving; called at each upkeep until it is done. */
export function leaveDue(turn: Turn): void {
  const { state } = turn;
  if (!state.isLeaving || state.hasLeft || state.quarantined) return;
  // A start that finds its register sealed by an earlier one never boots: the farewell is all that is left to do.
  if (!state.booted && !(state.register.isRead && estateOf(state).sealed)) return;
  withdrawAll(turn);
  if (isOnItsWay(state, ({ kind }) => kind === 'change' || kind === 'grant')) return;
  if (estateOf(state).sealed) return farewell(turn);
  if (handOver(turn) || estateOf(state).holdings.length > 0) return;
  if (estateOf(state).outbox.length > 0 || state.inFlight !== undefined) return;
  // A seal that finds anything in the run directory is not ours.
  if (!hasBlocks(state) && !isAboutToBeGuarded(turn)) seal(turn);
}

/**
 * A member that has just joined hands its register to guardians first, where there are any: these can still say how far it
 * had accepted what others were giving it. Its own store goes with it.
 */
function isAboutToBeGuarded(turn: Turn): boolean {
  const { state } = turn;
  const kept = state.register.desk?.proposer.set.members.length ?? 1;
  const inReach = livingMembers(turn).filter(
    (member) => member === state.member || state.peers.get(member)?.connected,
  );
  return kept < guardedFrom && inReach.length >= guardedFrom;
}

/** Gives every piece of reserve to a connected member, at random. */
function handOver(turn: Turn): boolean {
  const { state, env } = turn;
  const heirs = [...state.peers].filter(([member, peer]) => {
    return peer.connected && env.replica.members.has(member) && !isGone(turn, member);
  });
  if (heirs.length === 0) return false;
  let gave = false;
  for (const { pool, prefix, use } of estateOf(state).holdings) {
    if (use !== 'reserve') continue;
    const [to] = heirs[Math.floor(env.random() * heirs.length)] as (typeof heirs)[number];
    const { length } = prefixOf(prefix);
    intend(turn, { kind: 'grant', to, pool, length, keep: 0, prefix });
    gave = true;
  }
  return gave;
}

function isGone({ env }: Turn, member: MemberId): boolean {
  return env.replica.registers.isGone(member);
}

/** Nothing is left: end the register, with votes that anybody can check. */
function seal(turn: Turn): void {
  const { state } = turn;
  const { register } = state;
  if (register.desk === undefined) {
    openBorn(turn);
    readOwn(turn);
    return;
  }
  if (isBusy(register.desk) || register.writing !== undefined) return;
  const to = [...turn.env.replica.members.keys()].find((member) => member !== state.member);
  if (to === undefined) {
    state.hasLeft = true;
    turn.effects.push({ type: 'event', event: { type: 'left' } });
    return;
  }
  const counter = (estateOf(state).out[to] ?? 0) + 1;
  const change = { kind: 'seal' as const, to, counter, records: [] };
  intend(turn, { kind: 'change', change });
}

/** The end is decided: tell everybody, and wait until nobody counts on us. */
function farewell(turn: Turn): void {
  const { state, env } = turn;
  const { desk } = state.register;
  if (!env.replica.registers.isGone(state.member)) {
    const held = state.register.sealedBy;
    if (desk === undefined) return;
    if (held === undefined) {
      readOwn(turn);
      return;
    }
    const { ballot, cell, votes = [] } = held;
    const { epoch } = desk.proposer.set;
    const certificate = certify(state.member, epoch, { ballot, cell, votes });
    if (certificate !== undefined && !state.queue.some(({ kind }) => kind === 'publish')) {
      publishProof(turn, state.member, encodeCertificate(certificate));
    }
    return;
  }
  if (guardedHere(turn).length > 0) return;
  state.hasLeft = true;
  turn.effects.push({ type: 'event', event: { type: 'left' } });
}

/**
 * Members whose register is kept here in its latest epoch: those that live, and those that are gone while something is
 * still on its way from them, which takes the votes of their guardians.
 */
function guardedHere(turn: Turn): readonly MemberId[] {
  const { state } = turn;
  const { registers } = turn.env.replica;
  return [...state.kept.keys()].filter((owner) => {
    const kept = keptNow(turn, owner)?.record;
    if (owner === state.member || kept === undefined) return false;
    if (!registers.isGone(owner)) return true;
    const canVote = kept.abstains === undefined && !registers.isOverridden(owner);
    return canVote && (kept.accepted?.cell.value.outbox.length ?? 0) > 0;
  });
}
