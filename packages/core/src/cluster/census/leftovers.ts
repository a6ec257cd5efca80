/**
 * What turns up later of a member that was given up: a grant to it that was still in the register of another
 * one that is gone, say. The heir takes a census again, by itself: the same rules, the same proof.
 */
import { sha256Hex, utf8 } from '../../crypto/bytes.ts';
import type { MemberId } from '../../membership/types.ts';
import { isReachable } from '../members/index.ts';
import type { Turn } from '../state/index.ts';
import { startCensus } from './authority.ts';
import { countedMembers } from './mayTake.ts';

/** Looks for what is left of those that this node is the heir of. Tried once for each state of the view. */
export function takeLeftovers(turn: Turn): void {
  const { state, env } = turn;
  const { registers, view } = env.replica;
  if (!state.booted || state.quarantined) return;
  if (state.censuses.taken !== undefined || registers.overridden.size === 0) return;
  if (!state.genesis.authorities.includes(state.member)) return;
  const owners: MemberId[] = [];
  const pieces: string[] = [];
  for (const [owner, heir] of registers.overridden) {
    if (heir !== state.member) continue;
    const left = [...view.ownedBy(owner)].filter(({ disputed }) => !disputed);
    if (left.length > 0) owners.push(owner);
    pieces.push(...left.map(({ pool, prefix, record }) => `${pool} ${prefix} ${record}`));
  }
  const hash = sha256Hex(utf8(pieces.sort().join('\n')));
  if (owners.length === 0 || hash === state.censuses.leftovers) return;
  if (!countedMembers(turn, owners).every((member) => isReachable(state, member))) return;
  state.censuses.leftovers = hash;
  startCensus(turn, [], owners.sort(), false);
}
