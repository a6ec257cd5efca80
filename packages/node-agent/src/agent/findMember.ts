/** Finds the other member that an operator means. */
import { ok, type Result, refuse } from '@hedgerow/core';
import type { MemberId } from '@hedgerow/core/membership';
import type { Replica } from '@hedgerow/core/replica';

/** Longest list of members in a refusal. */
const maxListed = 8;

/** What is known of members. */
interface Known {
  readonly state: { readonly key: { readonly member: MemberId } };
  readonly env: {
    readonly replica: Pick<Replica, 'members'> & {
      readonly registers: Pick<Replica['registers'], 'isGone'>;
    };
  };
}

/**
 * The member with this id, this name, or the only one whose id starts so. A name counts for members that
 * are gone only when no other has it. Codes: `unknown-member`, `ambiguous`, `self`.
 */
export function findMember({ env, state }: Known, text: string): Result<MemberId> {
  const { members, registers } = env.replica;
  const ids = [...members.keys()].sort();
  const named = ids.filter((member) => members.get(member)?.name === text && text !== '');
  const living = named.filter((member) => !registers.isGone(member));
  const started = ids.filter((member) => text !== '' && member.startsWith(text));
  const found = [ids.filter((member) => member === text), living, named, started].find(
    (each) => each.length > 0,
  );
  const [first, ...more] = found ?? [];
  const described = (some: readonly MemberId[]): string =>
    some
      .slice(0, maxListed)
      .map((member) => `${members.get(member)?.name || '?'} (${member})`)
      .join(', ') + (some.length > maxListed ? ', ...' : '');
  if (first === undefined) {
    const others = ids.filter((member) => member !== state.key.member);
    return refuse(
      'unknown-member',
      `No member is called "${text}", and no id starts so. Known are: ${described(others) || 'none'}.`,
    );
  }
  if (more.length > 0) {
    return refuse(
      'ambiguous',
      `"${text}" may be any of ${described(found ?? [])}. Give more of the id; nothing was changed.`,
    );
  }
  if (first !== state.key.member) return ok(first);
  return refuse(
    'self',
    'That is this node itself. To take it out of the cluster, run "hedgerow leave" here; nothing was changed.',
  );
}
