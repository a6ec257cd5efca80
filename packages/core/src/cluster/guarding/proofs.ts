/** Proofs about registers, on their way into the set. */
import type { Estate } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import { signRegister } from '../../ownership/record.ts';
import { certify, encodeCertificate, type Seed } from '../../register/index.ts';
import type { NodeState, Turn } from '../state/index.ts';
import { intend, isOnItsWay } from '../writes/index.ts';

/** Whoever is seeded tells the world: the owner may die before it can. */
export function publishSeed(turn: Turn, owner: MemberId, seed: Seed<Estate>): void {
  const { state, env } = turn;
  const { next } = seed.stop;
  if (next === undefined || env.replica.registers.setOf(owner, next.epoch) !== undefined) return;
  if (isPublishing(state, owner)) return;
  const { from, ballot, stop, votes } = seed;
  const certificate = certify(owner, from.epoch, { ballot, cell: stop, votes });
  if (certificate === undefined) return;
  publishProof(turn, owner, encodeCertificate(certificate));
}

/** Puts a proof about a register into the set. */
export function publishProof(turn: Turn, owner: MemberId, certificate: Uint8Array): void {
  const { state, env } = turn;
  const body = { network: state.network, owner, certificate };
  intend(turn, { kind: 'publish', entries: [signRegister(env.signer, body)] });
}

/** True while a proof about this owner's register is on its way into the set. */
export function isPublishing(state: NodeState, owner: MemberId): boolean {
  return isOnItsWay(
    state,
    (intent) =>
      intent.kind === 'publish' &&
      intent.entries.some((entry) => entry.type === 'register' && entry.body.owner === owner),
  );
}
