/**
 * A member that is gone and still heard: guardians say so, and nobody's rest ends meanwhile.
 *
 * Guarantees: while this node is connected to a member that is gone, or a guardian of it says that it is, no rest ends.
 * Example: only the cable between the operator's node and X is cut, and X is forgotten. The heir hears nothing of X, but
 * the guardians of X do, and say so once an interval. What they say postpones, and changes nothing that is durable.
 */
import type { MemberId } from '../../membership/types.ts';
import type { RegisterBook } from '../../register/index.ts';
import { postpone } from '../blocks/index.ts';
import { send, type Turn } from '../state/index.ts';
import { latestKept } from './acceptors.ts';

/** Once an interval: who is gone and heard here keeps blocks resting, here and, where its register is kept here, everywhere. */
export function goneHeard(turn: Turn): void {
  const { state, env } = turn;
  const { registers } = env.replica;
  const connected = [...state.peers].flatMap(([member, peer]) => (peer.connected ? [member] : []));
  const gone = connected.filter((member) => registers.isGone(member));
  if (gone.length > 0) postpone(turn);
  for (const owner of gone) {
    if (latestKept(state, owner) === undefined) continue;
    for (const to of connected) {
      if (!registers.isGone(to)) send(turn, to, { type: 'stillHeard', owner });
    }
  }
}

/** A member says that it hears one that is gone. Whoever never was its guardian knows nothing of that. */
export function onStillHeard(turn: Turn, from: MemberId, owner: MemberId): void {
  const { registers } = turn.env.replica;
  if (registers.isGone(owner) && hasKept(registers, owner, from)) postpone(turn);
}

/** True when a member is in a proven set of guardians of this owner, the latest or one before it. */
function hasKept(registers: RegisterBook, owner: MemberId, member: MemberId): boolean {
  for (let epoch = registers.latest(owner)?.epoch ?? 0; epoch > 0; epoch -= 1) {
    const set = registers.setOf(owner, epoch);
    if (set?.members.some((each) => each.member === member)) return true;
  }
  return false;
}
