/** What speaks against giving registers back to owners that lost their guardians. */
import { overlaps, prefixOf } from '../../address/index.ts';
import type { MemberId } from '../../membership/types.ts';
import type { CensusAnswer, Piece, Stuck } from '../contract/index.ts';

/**
 * The first thing that two answers do not agree on, in words. An owner knows what its register decided but for its
 * last write; others may have read that and acted on it before the guardians were lost.
 */
export function contradiction(
  stuck: readonly Stuck[],
  answers: ReadonlyMap<MemberId, CensusAnswer>,
): string | undefined {
  for (const { member } of stuck) {
    const own = answers.get(member);
    if (own === undefined) continue;
    for (const [other, answer] of answers) {
      if (other === member) continue;
      const problem = between(member, own, other, answer);
      if (problem !== undefined) return problem;
    }
  }
  return undefined;
}

function between(
  member: MemberId,
  own: CensusAnswer,
  other: MemberId,
  answer: CensusAnswer,
): string | undefined {
  const theirs = answer.dealings.find((each) => each.member === member);
  const ours = own.dealings.find((each) => each.member === other);
  const isAhead =
    (theirs?.taken ?? 0) > (ours?.out ?? 0) || (theirs?.given ?? 0) > (ours?.taken ?? 0);
  const advice = `its register has no quorum left and cannot be gone on with: stop ${member} and forget it with --unsafe as well`;
  if (isAhead)
    return `${other} knows of grants from or to ${member} that it does not know itself; ${advice}`;
  const leaving = answer.leaving.filter(({ to }) => to !== member);
  const both = own.held.find((each) =>
    [...answer.held, ...leaving].some((piece) => meet(each, piece)),
  );
  return both && `both ${member} and ${other} have ${both.prefix} of pool ${both.pool}; ${advice}`;
}

function meet(one: Piece, other: Piece): boolean {
  return one.pool === other.pool && overlaps(prefixOf(one.prefix), prefixOf(other.prefix));
}
