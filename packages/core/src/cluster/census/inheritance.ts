/** What nobody holds of what the owners had, handed to this node by one override for each owner. */
import { formatPrefix, prefixOf, subtract } from '../../address/index.ts';
import type { Prefix } from '../../address/types.ts';
import type { MemberId } from '../../membership/types.ts';
import { recordId, signRecord } from '../../ownership/record.ts';
import type { RecordBody, SignedRecord } from '../../ownership/types.ts';
import { encodeOverride, merklePaths, signOverride } from '../../register/index.ts';
import type { CensusAnswer } from '../contract/index.ts';
import { latestKept, publishProof } from '../guarding/index.ts';
import type { Turn } from '../state/index.ts';
import { estateOf } from '../state/index.ts';
import { intend } from '../writes/index.ts';

/** Records that go into one write. */
const recordsPerWrite = 64;

/**
 * Signs away what an owner had and none of the answers has, and takes it. Returns the count of what was taken
 * from the owner by then. An owner that was given up before and has nothing left is left alone.
 */
export function inheritFrom(
  turn: Turn,
  owner: MemberId,
  answers: readonly CensusAnswer[],
  now: boolean,
): number {
  const { state, env } = turn;
  const last = estateOf(state).in[owner] ?? 0;
  const bodies = leftOf(turn, owner, answers);
  if (bodies.length === 0 && env.replica.registers.isOverridden(owner)) return last;
  let counter = last;
  for (const part of inWrites(turn, certified(turn, owner, bodies), now)) {
    const change = { kind: 'inherit' as const, from: owner, counter: counter + 1, ...part };
    intend(turn, { kind: 'change', change });
    counter += part.records.length;
  }
  return counter;
}

interface Part {
  readonly records: readonly SignedRecord[];
  readonly rest?: true;
}

/**
 * Several records a write; those that rest apart from those that do not. `now` waives the rest of what the owner itself
 * had in use. What was reclaimed for it from another member may have been resting there: nobody can tell any more.
 */
function inWrites({ env }: Turn, records: readonly SignedRecord[], now: boolean): readonly Part[] {
  const rests = ({ body }: SignedRecord): boolean =>
    !now || env.replica.view.kindOf(body.predecessors[0] ?? '') === 'reclaim';
  const parts: Part[] = [];
  const cut = (some: readonly SignedRecord[], more: Omit<Part, 'records'>): void => {
    for (let at = 0; at < some.length; at += recordsPerWrite) {
      parts.push({ records: some.slice(at, at + recordsPerWrite), ...more });
    }
  };
  cut(records.filter(rests), { rest: true });
  cut(
    records.filter((record) => !rests(record)),
    {},
  );
  return parts;
}

/** Records to us for each piece of the owner that nobody has. What is disputed stays as it is. */
function leftOf(
  { state, env }: Turn,
  owner: MemberId,
  answers: readonly CensusAnswer[],
): readonly RecordBody[] {
  const taken = new Map<string, Prefix[]>();
  for (const { held, leaving } of answers) {
    for (const { pool, prefix } of [...held, ...leaving]) {
      const list = taken.get(pool);
      if (list === undefined) taken.set(pool, [prefixOf(prefix)]);
      else list.push(prefixOf(prefix));
    }
  }
  const bodies: RecordBody[] = [];
  for (const { pool, prefix, version, record, disputed } of env.replica.view.ownedBy(owner)) {
    if (disputed) continue;
    for (const piece of subtract(prefixOf(prefix), taken.get(pool) ?? [])) {
      bodies.push({
        network: state.network,
        pool,
        prefix: formatPrefix(piece),
        version: version + 1,
        owner: state.member,
        predecessors: [record],
        kind: 'reclaim',
      });
    }
  }
  return bodies;
}

/** Signs the override, publishes it, and puts it beside each record with the path to that. */
function certified(
  turn: Turn,
  owner: MemberId,
  bodies: readonly RecordBody[],
): readonly SignedRecord[] {
  const { state, env } = turn;
  const kept = latestKept(state, owner)?.record.set.epoch ?? 1;
  const epoch = Math.max(kept, env.replica.registers.latest(owner)?.epoch ?? 1);
  const ids = bodies.map(recordId);
  const given = { owner, epoch, heir: state.member, records: ids };
  const override = signOverride(state.network, env.signer, given);
  publishProof(turn, owner, encodeOverride(override));
  const paths = merklePaths(ids);
  return bodies.map((body, index) => ({
    ...signRecord(env.signer, body),
    certificate: encodeOverride({ ...override, path: paths[index] ?? [] }),
  }));
}
