/** Votes as proof: how many of a set signed one thing, whether a seed may be believed, and what makes one. */
import type { GuardianSet } from '../estate/types.ts';
import type { MemberId } from '../membership/types.ts';
import { type Cell, type Digest, type Rules, type Statement, successor } from './cell.ts';
import type { Seed } from './messages.ts';
import { guardianKey, isGuardian, quorumOf, sameSet } from './quorum.ts';
import type { Ballot, StopProof, Vote } from './types.ts';

/** What a set is said to have decided. */
export interface Claim {
  readonly owner: MemberId;
  readonly set: GuardianSet;
  readonly ballot: Ballot;
  readonly digest: Digest;
}

/** Did a quorum of the set vote for this? A guardian counts once, a stranger and a wrong signature never. */
export function isDecided(
  verify: (signer: MemberId, statement: Statement, signature: Uint8Array) => boolean,
  { owner, set, ballot, digest }: Claim,
  votes: readonly Vote[],
): boolean {
  const counted = new Set<string>();
  for (const { guardian, signature } of votes) {
    if (counted.has(guardianKey(guardian)) || !isGuardian(set, guardian)) continue;
    const statement: Statement = {
      kind: 'vote',
      owner,
      epoch: set.epoch,
      ballot,
      digest,
      guardian,
    };
    if (verify(guardian.member, statement, signature)) counted.add(guardianKey(guardian));
  }
  return counted.size >= quorumOf(set);
}

/** Does this seed prove that `from` stopped in favour of the set that the Stop names? */
export function isSeedValid<V, C>(
  rules: Rules<V, C>,
  owner: MemberId,
  seed: Seed<V>,
  from: GuardianSet,
): boolean {
  const { stop, ballot, votes } = seed;
  if (stop.next === undefined || stop.next.epoch !== from.epoch + 1) return false;
  if (!sameSet(seed.from, from)) return false;
  const digest = rules.digest(owner, from.epoch, stop);
  return isDecided(rules.verify, { owner, set: from, ballot, digest }, votes);
}

/**
 * The seed that a cell of the old set makes, where the Stop is proven: the cell is that Stop, or the one that the Stop
 * was put upon. A Stop changes nothing in a cell, so it can be worked out again; its digest is what the votes say.
 */
export function provenStop<V, C>(
  rules: Rules<V, C>,
  owner: MemberId,
  from: GuardianSet,
  cell: Cell<V>,
  stops: readonly StopProof[],
): Seed<V> | undefined {
  for (const { digest, ballot, votes, next } of stops) {
    const stop = successor(rules, cell, { changes: [], mark: cell.mark, next }) ?? cell;
    if (rules.digest(owner, from.epoch, stop) === digest) return { from, stop, ballot, votes };
  }
  return undefined;
}
