/**
 * Words of others about the grants between them and this node. Where they know of more than this node's register,
 * its state went back in time. Kept by guardians, the register is read again first.
 */
import type { MemberId } from '../../membership/types.ts';
import { quarantine } from '../blocks/index.ts';
import type { Turn, Word } from '../state/index.ts';
import { estateOf } from '../state/index.ts';

/** True when a member took, or gave and had acknowledged, more than the register knows of. */
export function contradicts({ state }: Turn, from: MemberId, { taken, given }: Word): boolean {
  const estate = estateOf(state);
  return taken > (estate.out[from] ?? 0) || given > (estate.in[from] ?? 0);
}

/** Stops for good, and says why. */
export function proveRollback(turn: Turn, from: MemberId, { taken, given }: Word): void {
  const { state } = turn;
  const estate = estateOf(state);
  quarantine(turn, from, {
    code: 'rolled-back',
    message: `${from} knows of ${taken} grants from here and ${given} to here; this node knows of ${estate.out[from] ?? 0} and ${estate.in[from] ?? 0}: its disk went back in time. It gives out no new addresses, and takes and gives no space; find out what it was restored from, and join again with an empty state directory`,
  });
}

/** The register was read: what still contradicts it is proven. A read that was begun before a word proves nothing. */
export function settleDoubts(turn: Turn): void {
  const { doubts, wantsRead } = turn.state.register;
  if (wantsRead) return;
  for (const [from, word] of doubts) {
    if (contradicts(turn, from, word)) proveRollback(turn, from, word);
  }
  doubts.clear();
}
