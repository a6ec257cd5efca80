/** Who hears of what happened in other rooms, and in which order. */

import { watchDisputes } from '../blocks/index.ts';
import { retryHeld } from '../exchange/index.ts';
import { learnProof, learnReclaims } from '../register/index.ts';
import type { Happening, Turn } from '../state/index.ts';

/** Carries a happening to those who have to act on it, at once. */
export function hear(turn: Turn, happening: Happening): void {
  switch (happening.type) {
    case 'proof':
      return learnProof(turn, happening.owner);
    case 'members':
      // Who should keep the register may have changed; grants may have waited for guardians to be known.
      turn.state.register.isSetStale = true;
      return retryHeld(turn);
    case 'records':
      // Disputed blocks close before anything is accepted, and our own register is read before others give to us.
      watchDisputes(turn);
      learnReclaims(turn, happening.records);
      return retryHeld(turn);
    case 'guardians':
      // Grants are not taken into a register of one's own store once three members are known: now they may be.
      return retryHeld(turn);
  }
}
