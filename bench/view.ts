// What the ownership map costs at 1,000, 10,000 and 100,000 records. Run from the root with
//   node --conditions=hedgerow-source bench/view.ts
// Medians, one process, one core. Adding includes the hash of the record's body, as in an agent.
import os from 'node:os';
import { performance } from 'node:perf_hooks';
import v8 from 'node:v8';
import vm from 'node:vm';
import { formatPrefix, halves, type Prefix, prefixOf } from '@hedgerow/core/address';
import {
  createView,
  type OwnershipView,
  type RecordBody,
  recordId,
  type SignedRecord,
} from '@hedgerow/core/ownership';

const network = `sha256:${'0'.repeat(64)}`;
const sizes = [1_000, 10_000, 100_000];
const extra = 1_000;
const members = Array.from({ length: 1_000 }, (_, i) => `12D3KooWmember${i}`.padEnd(52, 'x'));

interface History {
  readonly root: RecordBody;
  readonly records: readonly SignedRecord[];
}

/** A holding of the simulated cluster: what is left of a record's prefix, and the record. */
interface Holding {
  readonly prefix: Prefix;
  readonly body: RecordBody;
}

/** Honest grants: halves of what somebody holds until blocks are left, then whole blocks. */
function historyOf(cidr: string, blockLength: number, count: number): History {
  const random = randomFrom(1);
  const pick = <T>(list: readonly T[]): T => list[Math.floor(random() * list.length)] as T;
  const root: RecordBody = {
    network,
    pool: 'p',
    prefix: cidr,
    version: 1,
    owner: members[0] as string,
    predecessors: [],
    kind: 'genesis',
  };
  const holdings: Holding[] = [{ prefix: prefixOf(cidr), body: root }];
  const records: SignedRecord[] = [];
  while (records.length < count) {
    const at = Math.floor(random() * holdings.length);
    const { prefix, body } = holdings[at] as Holding;
    const parts = prefix.length < blockLength ? halves(prefix) : undefined;
    const given = parts?.[1] ?? prefix;
    const next: RecordBody = {
      ...body,
      prefix: formatPrefix(given),
      version: body.version + 1,
      owner: pick(members),
      predecessors: [recordId(body)],
      kind: 'grant',
    };
    records.push({
      type: 'ownership',
      body: next,
      writer: body.owner,
      signature: new Uint8Array(64),
    });
    holdings[at] = { prefix: parts?.[0] ?? given, body: parts ? body : next };
    if (parts) holdings.push({ prefix: given, body: next });
  }
  return { root, records };
}

/** Mulberry32: the same history in every run. */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[values.length >> 1] as number;
}

function fresh({ root }: History): OwnershipView {
  return createView({ network, roots: [root] });
}

function heapBytes(): number {
  v8.setFlagsFromString('--expose-gc');
  const collect = vm.runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage().heapUsed;
}

/** What the view of all records keeps, the records themselves apart. */
function heapPerRecord(history: History): number {
  const before = heapBytes();
  const view = fresh(history);
  for (const record of history.records) view.add(record);
  const after = heapBytes();
  return view.pools.length === 1 ? (after - before) / history.records.length : Number.NaN;
}

function microseconds(action: () => void): number {
  const start = performance.now();
  action();
  return (performance.now() - start) * 1_000;
}

/** Median of one call, from batches: the clock is too coarse for one. */
function perCall(texts: readonly string[], call: (text: string) => void): number {
  const batch = 1_000;
  const times: number[] = [];
  for (let from = 0; from + batch <= texts.length; from += batch) {
    const part = texts.slice(from, from + batch);
    times.push(microseconds(() => part.forEach(call)) / batch);
  }
  return median(times);
}

function measure(name: string, cidr: string, blockLength: number): void {
  const history = historyOf(cidr, blockLength, Math.max(...sizes) + extra);
  const hash = microseconds(() => {
    for (const { body } of history.records) recordId(body);
  });
  const each = (hash / history.records.length).toFixed(1);
  console.log(`\n${name}: ${cidr}, blocks of /${blockLength}, ${members.length} owners`);
  console.log(
    `hash of a body alone ${each} µs, heap ${heapPerRecord(history).toFixed(0)} bytes a record`,
  );
  for (const size of sizes) {
    const view = fresh(history);
    const rebuild = microseconds(() => {
      for (const record of history.records.slice(0, size)) view.add(record);
    });
    const texts = Array.from({ length: 20_000 }, (_, i) => {
      const { body } = history.records[i % size] as SignedRecord;
      return `${body.prefix.split('/')[0]}/${cidr.includes(':') ? 128 : 32}`;
    });
    const lookup = perCall(texts, (text) => void view.lookup('p', text));
    const more = history.records.slice(size, size + extra);
    const add = median(more.map((record) => microseconds(() => void view.add(record))));
    const backwards = fresh(history);
    const reversed = microseconds(() => {
      for (const record of history.records.slice(0, size).reverse()) backwards.add(record);
    });
    const bytes = microseconds(() => void view.canonicalBytes());
    console.log(
      [
        `${size} records`.padStart(15),
        `rebuild ${(rebuild / 1_000).toFixed(0)} ms`,
        `backwards ${(reversed / 1_000).toFixed(0)} ms`,
        `one more ${add.toFixed(1)} µs`,
        `lookup ${lookup.toFixed(2)} µs`,
        `${[...view.pieces('p')].length} pieces`,
        `canonical bytes ${(bytes / 1_000).toFixed(0)} ms`,
      ].join('  '),
    );
  }
}

console.log(`Node ${process.version}, ${os.cpus()[0]?.model ?? 'unknown CPU'}`);
measure('IPv4', '10.0.0.0/8', 26);
measure('IPv6', 'fd00:1:2::/48', 122);
