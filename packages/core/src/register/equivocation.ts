/** Proof that a proposer contradicted itself: what freezes a register, and who is to blame. */
import type { MemberId } from '../membership/types.ts';
import type { Rules, Statement } from './cell.ts';
import type { Equivocation } from './messages.ts';

/** Do the two signatures prove that one proposer proposed two cells under one ballot? */
export function isEquivocation<V, C>(
  rules: Rules<V, C>,
  owner: MemberId,
  epoch: number,
  { ballot, digests, signatures }: Equivocation,
): boolean {
  const signed = (index: 0 | 1): boolean => {
    const digest = digests[index];
    const statement: Statement = { kind: 'proposal', owner, epoch, ballot, digest };
    return rules.verify(ballot.proposer, statement, signatures[index]);
  };
  return digests[0] !== digests[1] && signed(0) && signed(1);
}
