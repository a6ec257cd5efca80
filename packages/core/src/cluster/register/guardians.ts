/**
 * Who keeps this node's register. Nothing to configure: the set follows the size and the spread of the cluster.
 *
 * Guarantees: a change is tried only while everybody in the next set is connected; a guardian is replaced only
 * once it is gone or was silent for the reclaim delay; one that forgot what it kept begins anew in a new epoch;
 * a failed try leaves the old set.
 */
import type { Guardian, GuardianSet } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import { type Candidate, chooseGuardians, quorumOf, sameSet } from '../../register/index.ts';
import { hasEnded, isReachable, livingMembers, silentMs } from '../members/index.ts';
import { isBusy } from '../proposing/index.ts';
import type { Turn } from '../state/index.ts';
import { estateOf, type NodeState } from '../state/index.ts';
import { hasUnfit } from './abstaining.ts';
import { moveOwn } from './own.ts';

/** Members from which on a register is kept by others than its owner alone. */
export const guardedFrom = 3;

/** The guardians that an owner should have now: those in office stay while they live. */
function wantedGuardians(
  turn: Turn,
  owner: MemberId,
  inOffice: readonly Guardian[],
): readonly Guardian[] {
  const { state, env } = turn;
  const candidates: Candidate[] = [];
  for (const member of livingMembers(turn)) {
    // Who has left and stays for others only makes way.
    if (member === state.member && owner !== member && hasEnded(turn)) continue;
    const isConnected = member === state.member || state.peers.get(member)?.connected === true;
    const keeps = inOffice.some((each) => each.member === member);
    const lives = isConnected || (keeps && silentMs(turn, member) < state.tuning.reclaimMs);
    if (!lives) continue;
    const known = env.replica.members.get(member);
    const store = member === state.member ? state.store : known?.store;
    if (store !== undefined) candidates.push({ member, store, zone: known?.zone ?? '' });
  }
  return chooseGuardians(candidates, owner);
}

/** Hands our register on when others should keep it. Called when nothing else is going on. */
export function ensureGuardians(turn: Turn): void {
  const { state, env } = turn;
  const { register } = state;
  const isQuiet = register.writing === undefined && state.inFlight === undefined;
  if (!state.booted || state.quarantined || state.hasLeft || !isQuiet) return;
  if (register.desk !== undefined && (isBusy(register.desk) || !register.isRead)) return;
  if (!register.isSetStale || env.nowMs < register.moveAtMs) return;
  register.isSetStale = false;
  const { member, store } = state;
  const current = register.desk?.proposer.set ?? { epoch: 1, members: [{ member, store }] };
  const members = wantedGuardians(turn, member, current.members);
  const isSame = sameSet({ ...current, members }, current) && !hasUnfit(turn, current);
  if (members.length === 0 || isSame) return;
  const shrinks = members.length < guardedFrom && current.members.length >= guardedFrom;
  if (shrinks && livingMembers(turn).length >= guardedFrom) return;
  if (!members.every((each) => isReachable(state, each.member))) return;
  register.unfit.clear();
  moveOwn(turn, members);
}

/**
 * Who should replace the guardians of somebody who cannot do it itself, when one of them is gone or silent
 * and enough others are in reach; undefined when nothing can be done, or need be.
 */
export function replacement(
  turn: Turn,
  owner: MemberId,
  set: GuardianSet,
): readonly Guardian[] | undefined {
  const { state, env } = turn;
  const isLost = ({ member }: Guardian): boolean =>
    member !== state.member &&
    (env.replica.registers.isGone(member) || silentMs(turn, member) >= state.tuning.reclaimMs);
  if (!set.members.some(isLost)) return undefined;
  const members = wantedGuardians(turn, owner, set.members);
  if (members.length < guardedFrom || sameSet({ ...set, members }, set)) return undefined;
  return members.every(({ member }) => isReachable(state, member)) ? members : undefined;
}

/** True when a grant may be taken: with three members known, a register of one's own store is left first. */
export function mayAccept(turn: Turn): boolean {
  const { desk } = turn.state.register;
  const kept = desk?.proposer.set.members.length ?? 1;
  return kept >= guardedFrom || livingMembers(turn).length < guardedFrom;
}

/** Who keeps our register, and how many of them are in reach. */
export interface Guardians {
  readonly epoch: number;
  readonly members: readonly MemberId[];
  readonly quorum: number;
  readonly reachable: number;
}

/** For `status`. No members: this node itself. */
export function guardiansOf(state: NodeState): Guardians {
  const set = state.register.desk?.proposer.set ?? estateOf(state).guardians;
  const members = set.members.map(({ member }) => member);
  if (members.length === 0) return { epoch: 1, members, quorum: 1, reachable: 1 };
  const reachable = members.filter((member) => isReachable(state, member)).length;
  return { epoch: set.epoch, members, quorum: quorumOf(set), reachable };
}

/**
 * True while this node can write its own register: nobody hands anything to a node that cannot take it. One that is
 * leaving can: it hands on what it took before its register is sealed, and may be the last guardian in reach.
 */
export function canTake(state: NodeState): boolean {
  const { quorum, reachable } = guardiansOf(state);
  return reachable >= quorum;
}
