/**
 * Takes what waits for us in the register of a member that is silent or gone. That register was read from
 * a quorum of its guardians, so its counters are as good as the owner's own word.
 */
import type { OutboxEntry } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import type { SignedRecord } from '../../ownership/types.ts';
import { settlePassed } from '../exchange/index.ts';
import { mayAccept } from '../register/index.ts';
import { isTold, isWhole } from '../replication/index.ts';
import { estateOf, raise, type Turn } from '../state/index.ts';
import { intend, isAccepting, isPublishingRecord } from '../writes/index.ts';

/** True when a record is in the set; else it is on its way there from now on, if it is whole. */
export function told(turn: Turn, record: SignedRecord): boolean {
  if (isTold(turn, record)) return true;
  if (isWhole(record) && !isPublishingRecord(turn.state, record))
    intend(turn, { kind: 'publish', entries: [record] });
  return false;
}

/** Accepts the next entries in order. Undefined when all are accepted; else what is waited for. */
export function collect(
  turn: Turn,
  owner: MemberId,
  entries: readonly OutboxEntry[],
  certain: (record: SignedRecord) => SignedRecord,
): string | undefined {
  const { state, env } = turn;
  const accepted = estateOf(state).in[owner] ?? 0;
  let next = accepted + 1;
  let waiting: string | undefined;
  for (const { counter, record: bare, rest } of entries) {
    const record = certain(bare);
    if (counter <= accepted) {
      // Dropped there before it is in the set, it would be lost with us.
      if (!told(turn, record)) waiting = 'what was accepted here is published';
      continue;
    }
    waiting = 'what is accepted here is written';
    if (counter !== next) return `grant ${next} of ${owner} is missing`;
    next += 1;
    if (isAccepting(state, record, owner)) continue;
    if (!mayAccept(turn)) return 'this register must be kept by guardians first';
    const status = env.replica.view.assess(record);
    if (status === 'pending') return `what ${record.body.prefix} follows from has not arrived`;
    if (status !== 'active') {
      raise(turn, `${owner} ${counter}`, {
        code: 'dispute',
        message: `${record.body.prefix} of pool ${record.body.pool} waits for this node in the register of ${owner}, which did not own it: not accepted`,
      });
      return 'it is disputed';
    }
    settlePassed(turn, record);
    const change = { kind: 'accept' as const, from: owner, counter, record };
    intend(turn, { kind: 'change', change: rest ? { ...change, rest } : change });
  }
  return waiting;
}
