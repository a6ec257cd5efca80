/**
 * Ends what a member that is silent or gone was giving to others that are silent or gone: dropped as accepted where
 * the recipient's register says so, taken back where that has ended without it.
 *
 * Guarantees: nothing leaves an outbox before it is in the set.
 */
import type { Change, Estate, OutboxEntry } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import { recordId, signRecord } from '../../ownership/record.ts';
import type { SignedRecord } from '../../ownership/types.ts';
import { hasEnded } from '../members/index.ts';
import type { Turn } from '../state/index.ts';
import { type Deed, startCare } from './cases.ts';
import { told } from './takeIn.ts';

/** A record with what proves it beside it. */
type Certain = (record: SignedRecord) => SignedRecord;

/** What was on its way to members that are silent or gone: accepted before they went, or taken back. */
export function settle(turn: Turn, estate: Estate, certain: Certain): Deed | undefined {
  const entry = estate.outbox.find((each) => canSettle(turn, estate, each));
  if (entry === undefined) return undefined;
  const change = settled(turn, estate, entry, certain);
  if (change === undefined) return { kind: 'wait', reason: `how far ${entry.to} had accepted` };
  return { kind: 'write', changes: [change] };
}

/**
 * True for what the owner of this estate was giving to a member that is gone, or that is known to have accepted it.
 * What a sealed estate gets back goes on to whoever settles it: one who has left itself leaves that to others.
 */
export function canSettle(turn: Turn, { member, sealed }: Estate, entry: OutboxEntry): boolean {
  const { to, counter } = entry;
  const accepted = turn.state.accepted.get(to)?.[member] ?? 0;
  if (counter <= accepted) return true;
  return turn.env.replica.registers.isGone(to) && !(sealed && hasEnded(turn));
}

/**
 * The change that ends a grant to a member that is silent or gone; undefined while it is not known how far that had
 * accepted, or while that is not in the set. What a sealed estate gets back goes on to us.
 */
export function settled(
  turn: Turn,
  estate: Estate,
  entry: OutboxEntry,
  certain: Certain,
): Change | undefined {
  const { state, env } = turn;
  const { to, counter } = entry;
  if (env.replica.registers.isOverridden(to)) {
    // Nobody can tell any more how far it had accepted: what it did not have is found by another census.
    const isTold = told(turn, certain(entry.record));
    return isTold ? { kind: 'acknowledged', to, counter } : undefined;
  }
  const final = state.finals.get(to);
  const accepted = (final?.in ?? state.accepted.get(to))?.[estate.member] ?? 0;
  if (counter <= accepted) return acknowledged(turn, estate, { to, accepted }, certain);
  if (final === undefined) {
    startCare(turn, to, 'final');
    return undefined;
  }
  if (!told(turn, certain(entry.record))) return undefined;
  const { body } = entry.record;
  const back = signRecord(env.signer, follow(body, estate.member, 'take-back'));
  const record = { ...back, certificate: final.certificate };
  if (!told(turn, record)) return undefined;
  if (!estate.sealed) return { kind: 'takeBack', to, counter, record };
  const onward = {
    to: state.member,
    counter: (estate.out[state.member] ?? 0) + 1,
    record: signRecord(env.signer, follow(record.body, state.member, 'reclaim')),
  };
  return { kind: 'takeBack', to, counter, record, onward };
}

/** Drops all that the recipient's register says it accepted; undefined while some of it is not in the set. */
function acknowledged(
  turn: Turn,
  { outbox }: Estate,
  { to, accepted }: { readonly to: MemberId; readonly accepted: number },
  certain: Certain,
): Change | undefined {
  const entries = outbox.filter((entry) => entry.to === to && entry.counter <= accepted);
  const missing = entries.filter(({ record }) => !told(turn, certain(record)));
  return missing.length === 0 ? { kind: 'acknowledged', to, counter: accepted } : undefined;
}

function follow(
  { network, pool, prefix, version, ...before }: SignedRecord['body'],
  owner: MemberId,
  kind: 'take-back' | 'reclaim',
): SignedRecord['body'] {
  const predecessors = [recordId({ network, pool, prefix, version, ...before })];
  return { network, pool, prefix, version: version + 1, owner, predecessors, kind };
}
