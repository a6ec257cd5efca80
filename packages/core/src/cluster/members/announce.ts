/** What this node says of itself. */
import type { MemberBody } from '../../membership/types.ts';
import { signMember } from '../../ownership/record.ts';
import type { Input } from '../contract/index.ts';
import type { Turn } from '../state/index.ts';
import { intend } from '../writes/index.ts';

/** What this node wants the others to know of it. */
export function onAnnounce(turn: Turn, input: Extract<Input, { type: 'announce' }>): void {
  turn.state.announcement = input.body;
  announce(turn);
}

/** Publishes the announcement when the set has a different one. */
export function announce(turn: Turn): void {
  const { state, env } = turn;
  const { announcement } = state;
  if (announcement === undefined || !state.booted) return;
  const known = env.replica.members.get(state.member);
  if (known !== undefined && isSame(known, announcement)) return;
  if (state.queue.some((intent) => intent.kind === 'publish')) return;
  const body: MemberBody = {
    ...announcement,
    network: state.network,
    member: state.member,
    sequence: (known?.sequence ?? 0) + 1,
  };
  intend(turn, { kind: 'publish', entries: [signMember(env.signer, body)] });
}

function isSame(known: MemberBody, wanted: Omit<MemberBody, 'network' | 'member' | 'sequence'>) {
  return (
    known.name === wanted.name &&
    known.zone === wanted.zone &&
    known.store === wanted.store &&
    isSameList(known.nodeAddresses, wanted.nodeAddresses) &&
    isSameList(known.dial, wanted.dial)
  );
}

function isSameList(one: readonly string[], other: readonly string[]): boolean {
  return one.length === other.length && one.every((each, at) => each === other[at]);
}
