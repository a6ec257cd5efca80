/**
 * A living member that cannot write any more, because too many of its guardians were given up: an authority
 * gives its register back to its own store, in the next epoch, and from there it goes on to other guardians.
 *
 * Guarantees: nothing can be decided in the epoch before by then, since all living guardians abstain in it. The
 * register goes on from what this node knew to be decided; nothing followed from a write that it did not know of.
 * What the view gives to others by then (they took it over while this node was silent) is let go.
 */
import type { Estate, Guardian, GuardianSet } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import type { OwnershipView } from '../../ownership/types.ts';
import { bornRecord, guardianKey, quorumOf } from '../../register/index.ts';
import type { Stuck } from '../contract/index.ts';
import { keep, keptKey, rulesOf } from '../guarding/index.ts';
import { openDesk } from '../proposing/index.ts';
import type { Turn } from '../state/index.ts';
import { estateOf, type NodeState } from '../state/index.ts';
import { readOwn } from './own.ts';

/**
 * A register that is given back goes on with a version above all that can have been decided in epochs before:
 * how far the guardians that are lost had come is not known.
 */
const versionsOfEpoch = 2 ** 32;

/** True when a quorum of our guardians would need some that are given up, gone, or do not keep it any more. */
export function isStuck({ state, env }: Turn, owners: readonly MemberId[]): boolean {
  const set = state.register.desk?.proposer.set;
  if (set === undefined) return false;
  const { registers } = env.replica;
  const isLost = ({ member, store }: Guardian): boolean =>
    owners.includes(member) ||
    registers.isGone(member) ||
    state.register.unfit.has(guardianKey({ member, store }));
  return set.members.filter((each) => !isLost(each)).length < quorumOf(set);
}

/** This node as one that is stuck. No later epoch of its register has a trace in this store. */
export function ownStuck({ member, register, kept, store }: NodeState): Stuck {
  const known = register.desk?.proposer.set.epoch ?? 1;
  return { member, epoch: Math.max(known, kept.get(member) ?? 0), store };
}

/** Takes our register back when an authority says so. Called in every step; after a crash in the middle once more. */
export function refoundDue(turn: Turn): void {
  const { state, env } = turn;
  const set = env.replica.registers.givenBack(state.member);
  if (set === undefined || state.register.self !== undefined) return;
  const known = state.register.desk?.proposer.set.epoch ?? 1;
  const isTaken = state.acceptors.has(keptKey(state.member, set.epoch));
  if (set.epoch < known || (set.epoch === known && isTaken)) return;
  if (set.members.every(({ store }) => store === state.store)) refound(turn, set);
}

function refound(turn: Turn, set: GuardianSet): void {
  const { state, env } = turn;
  const { member, register, store } = state;
  const value: Estate = { ...ours(env.replica.view, estateOf(state)), guardians: set };
  const version = set.epoch * versionsOfEpoch;
  if (!state.acceptors.has(keptKey(member, set.epoch))) {
    const cell = { version, mark: '', value };
    keep(state, bornRecord(rulesOf(turn), member, { member, store }, cell, set.epoch));
  }
  const again = register.writing?.map(({ intent }) => intent) ?? [];
  register.writing = undefined;
  state.queue = [...again, ...state.queue];
  register.desk = openDesk(turn, member, state.bootNonce, set, register.value.ballot.counter);
  register.isRead = false;
  // The nonce that is read there now may be this start's own.
  if (state.booted) state.nonces = [...state.nonces, state.bootNonce];
  readOwn(turn);
}

/** Without what others took over: records that follow ours are in force. Ours need not have got that far yet. */
function ours(view: OwnershipView, estate: Estate): Estate {
  const holdings = estate.holdings.filter(({ pool, prefix, record }) => {
    const status = view.status(record);
    if (status !== 'active' && status !== 'dominated') return true;
    return view.lookup(pool, prefix)?.owner === estate.member;
  });
  return { ...estate, holdings };
}
