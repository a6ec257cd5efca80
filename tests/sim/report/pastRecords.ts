// A cluster that has given the same addresses around for a long time: many records, small estates.
import { formatPrefix, halves, prefixOf, splitInto } from '@hedgerow/core/address';
import { fakeSigner } from '@hedgerow/core/crypto';
import { firstEstate, type Holding } from '@hedgerow/core/estate';
import { type Genesis, genesisRecords } from '@hedgerow/core/membership';
import { entryId, type RecordBody, recordId, signRecord } from '@hedgerow/core/ownership';
import { clientIdOf, type Place } from '@hedgerow/core/replica';
import { type ClusterOptions, memberName, type Past } from '@hedgerow/core/testing';

const chains = 16;
const placesInUpdate = 1_000;

/** What every disk has after so many grants in the first half of the first pool, among so many members. */
export function pastOf(records: number, nodes: number): NonNullable<ClusterOptions['past']> {
  let past: ReturnType<typeof grantsAround> | undefined;
  return (member, genesis) => {
    past ??= grantsAround(genesis, records, nodes);
    const holdings = past.holdings.get(member) ?? [];
    return { estate: firstEstate(member, holdings), updates: past.updates };
  };
}

function grantsAround(genesis: Genesis, records: number, nodes: number) {
  const [pool] = genesis.pools;
  const [root] = genesisRecords(genesis);
  if (pool === undefined || root === undefined) throw new Error('a pool is needed');
  const whole = prefixOf(pool.prefix);
  const pieces = [...splitInto(whole, whole.length + 5)].slice(0, chains).map(formatPrefix);
  const last: RecordBody[] = pieces.map((prefix) => ({ ...root, prefix }));
  const ids = pieces.map(() => recordId(root));
  const places: Place[] = [];
  const clocks = new Map<number, number>();
  for (let at = 0; at < records; at += 1) {
    const chain = at % chains;
    const before = last[chain] as RecordBody;
    const owner = memberName((at + Math.floor(at / chains) + 1) % nodes);
    const predecessors = [ids[chain] as string];
    const kind = 'grant' as const;
    const body = { ...before, version: before.version + 1, owner, predecessors, kind };
    const entry = signRecord(fakeSigner(before.owner), body);
    const client = clientIdOf(owner, 'past');
    const clock = clocks.get(client) ?? 0;
    clocks.set(client, clock + 1);
    places.push({ client, clock, id: entryId(entry), entry });
    last[chain] = body;
    ids[chain] = recordId(body);
  }
  const upper = (halves(whole) ?? [])[1];
  const owned = upper === undefined ? last : [...last, { ...root, prefix: formatPrefix(upper) }];
  return { updates: updatesOf(places), holdings: holdingsOf(owned, [...ids, recordId(root)]) };
}

function updatesOf(places: readonly Place[]): Past['updates'] {
  const updates: { places: readonly Place[] }[] = [];
  for (let at = 0; at < places.length; at += placesInUpdate) {
    updates.push({ places: places.slice(at, at + placesInUpdate) });
  }
  return updates;
}

function holdingsOf(bodies: readonly RecordBody[], ids: readonly string[]): Map<string, Holding[]> {
  const holdings = new Map<string, Holding[]>();
  for (const [at, { pool, prefix, version, owner }] of bodies.entries()) {
    const holding = { pool, prefix, version, record: ids[at] as string, use: 'reserve' as const };
    holdings.set(owner, [...(holdings.get(owner) ?? []), holding]);
  }
  return holdings;
}
