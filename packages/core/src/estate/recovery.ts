/**
 * Changes that others make to an estate whose owner is silent or gone, and what follows from them.
 *
 * Guarantees: what leaves the holdings stands in the outbox for the heir, under the next counters, until
 * it is acknowledged or taken back; nothing is in two places and nothing is nowhere. A sealed estate has
 * no holdings, and what comes back to it goes straight on to an heir.
 */
import { prefixOf } from '../address/index.ts';
import type { MemberId, NetworkId } from '../membership/types.ts';
import { recordId } from '../ownership/record.ts';
import type { RecordBody, SignedRecord } from '../ownership/types.ts';
import { ok, refuse } from '../result.ts';
import { isShut } from './census.ts';
import type { Changed, Numbered, Recovery } from './changes.ts';
import { normalise, overlapping } from './holdings.ts';
import type { Estate, Holding, OutboxEntry } from './types.ts';

/** Bodies of the records that hand holdings to an heir: all of them for a seal, else the reserve. */
export function reclaimBodies(
  estate: Estate,
  network: NetworkId,
  heir: MemberId,
  kind: 'reclaim' | 'seal',
): readonly RecordBody[] {
  return leaving(estate, kind).map(({ pool, prefix, version, record }) => ({
    network,
    pool,
    prefix,
    version: version + 1,
    owner: heir,
    predecessors: [record],
    kind: 'reclaim',
  }));
}

function leaving(estate: Estate, kind: 'reclaim' | 'seal'): readonly Holding[] {
  return kind === 'seal'
    ? estate.holdings
    : estate.holdings.filter((each) => each.use === 'reserve');
}

/** Hands holdings to an heir, all at once: the records must be exactly those of `reclaimBodies`. */
export function applyReclaim(
  estate: Estate,
  change: Recovery & { kind: 'reclaim' | 'seal' },
): Changed {
  const { kind, to, counter, records } = change;
  const rests = change.kind === 'reclaim' || change.now !== true;
  if (to === estate.member) return refuse('not-owner', 'nobody inherits from itself');
  if (kind === 'reclaim' && isShut(estate, to)) {
    return refuse('shut', `${to} was given up by a census: it inherits nothing`);
  }
  const last = estate.out[to] ?? 0;
  const given = leaving(estate, kind);
  if (counter !== last + 1) {
    return refuse('counter', `reclaim ${counter} for ${to} does not follow ${last}`);
  }
  if (kind === 'reclaim' && given.length === 0) {
    return refuse('nothing', `${estate.member} has no reserve to reclaim`);
  }
  if (given.length !== records.length || !given.every((each, i) => isFor(each, to, records[i]))) {
    return refuse('record', 'the records are not those of the holdings that are reclaimed');
  }
  const entries = given.map(({ use }, index): OutboxEntry => {
    const entry = { to, counter: counter + index, record: records[index] as SignedRecord };
    return use === 'resting' || (use === 'committed' && rests) ? { ...entry, rest: true } : entry;
  });
  const after: Estate = {
    ...estate,
    holdings: estate.holdings.filter((each) => !given.includes(each)),
    out: entries.length === 0 ? estate.out : { ...estate.out, [to]: last + entries.length },
    outbox: [...estate.outbox, ...entries],
  };
  return ok(kind === 'seal' ? { ...after, sealed: true } : after);
}

function isFor(holding: Holding, heir: MemberId, record: SignedRecord | undefined): boolean {
  const body = record?.body;
  return (
    body?.kind === 'reclaim' &&
    body.owner === heir &&
    body.pool === holding.pool &&
    body.prefix === holding.prefix &&
    follows(body, holding.version, holding.record)
  );
}

function follows(body: RecordBody, version: number, record: string): boolean {
  return (
    body.version === version + 1 &&
    body.predecessors.length === 1 &&
    body.predecessors[0] === record
  );
}

/** Takes a grant back; a sealed estate gives it on in the same step. */
export function applyTakeBack(
  estate: Estate,
  { to, counter, record, onward }: Recovery & { kind: 'takeBack' },
): Changed {
  const entry = estate.outbox.find((each) => each.to === to && each.counter === counter);
  if (entry === undefined) return refuse('nothing', `no grant ${counter} to ${to} is on its way`);
  const { body } = record;
  const granted = entry.record.body;
  const isIts = body.kind === 'take-back' && body.owner === estate.member;
  if (!isIts || !isSamePlace(body, granted, recordId(granted))) {
    return refuse('record', `the record does not take back grant ${counter} to ${to}`);
  }
  const outbox = estate.outbox.filter((each) => each !== entry);
  if (estate.sealed) return giveOn({ ...estate, outbox }, entry, body, onward);
  if (overlapping(estate.holdings, body.pool, prefixOf(body.prefix)).length > 0) {
    return refuse('overlap', `${body.prefix} overlaps what this member holds already`);
  }
  const holding: Holding = {
    pool: body.pool,
    prefix: body.prefix,
    version: body.version,
    record: recordId(body),
    use: entry.rest ? 'resting' : 'reserve',
  };
  return ok({ ...estate, outbox, holdings: normalise([...estate.holdings, holding]) });
}

function isSamePlace(body: RecordBody, before: RecordBody, record: string): boolean {
  const isThere = body.pool === before.pool && body.prefix === before.prefix;
  return isThere && follows(body, before.version, record);
}

function giveOn(
  estate: Estate,
  taken: OutboxEntry,
  takeBack: RecordBody,
  onward: Numbered | undefined,
): Changed {
  if (onward === undefined) {
    return refuse('sealed', 'a sealed estate keeps nothing: name the heir of what comes back');
  }
  const { to, counter, record } = onward;
  const last = estate.out[to] ?? 0;
  if (counter !== last + 1) {
    return refuse('counter', `reclaim ${counter} for ${to} does not follow ${last}`);
  }
  const isReclaim = record.body.kind === 'reclaim' && record.body.owner === to;
  if (!isReclaim || !isSamePlace(record.body, takeBack, recordId(takeBack))) {
    return refuse('record', 'the record does not hand on what was taken back');
  }
  const entry: OutboxEntry = { to, counter, record, ...(taken.rest ? { rest: true } : {}) };
  return ok({
    ...estate,
    out: { ...estate.out, [to]: counter },
    outbox: [...estate.outbox, entry],
  });
}

/** Forgets the counter of grants to a member that is gone. */
export function applyPrune(estate: Estate, { member }: Recovery & { kind: 'prune' }): Changed {
  if (estate.out[member] === undefined) return refuse('nothing', `no counter for ${member}`);
  if (estate.outbox.some((entry) => entry.to === member)) {
    return refuse('counter', `grants to ${member} are still on their way`);
  }
  const { [member]: _, ...out } = estate.out;
  return ok({ ...estate, out });
}
