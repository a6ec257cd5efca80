/** When an operator may give members up by a census, and who must answer it. */
import { isShut } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import { quorumOf } from '../../register/index.ts';
import { latestKept } from '../guarding/index.ts';
import { isReachable, knownMembers } from '../members/index.ts';
import { isStuck } from '../register/index.ts';
import type { Turn } from '../state/index.ts';
import { estateOf } from '../state/index.ts';

/** Why these members cannot be given up now, in words. */
export function unsafeProblem(turn: Turn, owners: readonly MemberId[]): string | undefined {
  const { state, env } = turn;
  const { members } = env.replica;
  const known = knownMembers(turn);
  if (!state.genesis.authorities.includes(state.member)) {
    return `only an authority of the cluster can do this: run it on ${state.genesis.authorities.join(' or ')}`;
  }
  if (owners.includes(state.member)) return 'a node cannot forget itself';
  if (state.quarantined) return 'this node is in quarantine: run it on another authority';
  if (state.censuses.taken !== undefined)
    return 'another census is under way here: wait for its end';
  if (!state.booted && !isStuck(turn, owners) && !isLast(turn, owners)) {
    return 'this node has not read its own register yet: try again later, or, if it waits for the word of a member that is lost, name that too';
  }
  for (const owner of owners) {
    if (!members.has(owner) && !known.includes(owner)) return `no member ${owner} is known here`;
    if (!env.replica.registers.isGone(owner) && isReachable(state, owner)) {
      return `${owner} is connected right now: stop it first, or run leave there`;
    }
    if (canBeForgotten(turn, owner)) {
      return `a quorum of the guardians of ${owner} is in reach: forget it without --unsafe first`;
    }
  }
  const absent = countedMembers(turn, owners).filter((each) => !isReachable(state, each));
  if (absent.length === 0) return undefined;
  return `${absent.join(', ')} cannot be reached, and every living member must answer: wait until they are back, forget them first, or name them too where their guardians are lost as well`;
}

/** True when nobody else is left: nobody's word about this node's register can be waited for (rule R4). */
export function isLast(turn: Turn, owners: readonly MemberId[]): boolean {
  return countedMembers(turn, owners).every((member) => member === turn.state.member);
}

/**
 * True while a quorum seems to be left to seal the register. A census makes guardians abstain; some may never have been
 * seeded, which only shows when the ordinary way was tried.
 */
function canBeForgotten(turn: Turn, owner: MemberId): boolean {
  const { state, env } = turn;
  // Asked again and again: those in reach do not answer as guardians.
  const pauseMs = state.cares.get(owner)?.desk.pauseMs ?? 0;
  const isVain = state.censuses.vain.has(owner) || pauseMs >= state.tuning.registerMaxMs;
  const isTried = isVain || isShut(estateOf(state), owner);
  if (isTried || env.replica.registers.isGone(owner)) return false;
  const set = env.replica.registers.latest(owner) ?? latestKept(state, owner)?.record.set;
  if (set === undefined) return false;
  return set.members.filter(({ member }) => isReachable(state, member)).length >= quorumOf(set);
}

/** All that must answer, this node included. */
export function countedMembers(turn: Turn, owners: readonly MemberId[]): readonly MemberId[] {
  return knownMembers(turn).filter((member) => !owners.includes(member));
}
