// What the replica costs: time and memory for each entry, bytes on the wire, by number of entries and publishers.
// Run: node --expose-gc --conditions=hedgerow-source bench/replica.ts [entries]
import {
  fakeSigner,
  fakeVerify,
  type Signer,
  type Verify,
} from '../packages/core/src/crypto/index.ts';
import {
  type RecordBody,
  recordId,
  type SignedEntry,
  signRecord,
} from '../packages/core/src/ownership/index.ts';
import {
  bytesOf,
  createEntryCheck,
  createLedger,
  createPlainReplica,
  createYjsReplica,
  type PlainReplica,
  type Update,
  type YjsReplica,
} from '../packages/core/src/replica/index.ts';
import { createVerify, keyFromSeed, signerOf } from '../packages/node-agent/src/keys/index.ts';

const network = `sha256:${'7e'.repeat(32)}`;
const entries = Number(process.argv[2] ?? 10_000);
const publishers = 100;

interface Cast {
  readonly name: string;
  readonly founder: Signer;
  readonly members: readonly Signer[];
  readonly verify: Verify;
}

function run(cast: Cast): void {
  const records = Array.from({ length: entries }, (_, n) =>
    grant(cast.founder, n, cast.members[n % publishers]?.member ?? ''),
  );
  const updates = publishing(cast, records);
  receiving(cast, updates);
  plain(cast, records);
}

function make({ founder, verify }: Cast, signer: Signer, storeId = 'store'): YjsReplica {
  const ledger = createLedger({ network, roots: [genesisOf(founder)], verify, authorities: [] });
  return createYjsReplica({ network, signer, storeId, verify, ledger });
}

function publishing(cast: Cast, records: readonly SignedEntry[]): Uint8Array[] {
  const updates: Uint8Array[] = [];
  const at = performance.now();
  cast.members.forEach((member, m) => {
    const source = make(cast, member);
    for (let n = m; n < entries; n += publishers) {
      const update = bytesOf(source.prepare([records[n] as SignedEntry]) as Uint8Array);
      source.receive(update);
      updates.push(update);
    }
  });
  report(cast.name, 'prepare and receive one of our own', performance.now() - at);
  return updates;
}

function receiving(cast: Cast, updates: readonly Uint8Array[]): void {
  const { name, founder } = cast;
  const target = make(cast, founder);
  timed(name, 'receive one', updates, (update) => target.receive(update));
  timed(name, 'receive one again', updates, (update) => target.receive(update));
  const bytes = updates.reduce((sum, update) => sum + update.length, 0);
  console.log(name, 'bytes of an update of one entry:', Math.round(bytes / entries));
  const parts = [...target.snapshot()];
  const whole = parts.reduce((sum, part) => sum + part.length, 0);
  console.log(name, 'bytes of an entry in a snapshot:', Math.round(whole / entries));
  const vector = bytesOf(target.vector());
  console.log(name, 'bytes of the vector for each publisher:', vector.length / publishers);
  timed(name, 'hash after all that, each', [1], () => target.hash(), entries);
  const more = Array.from({ length: 1000 }, (_, n) => grant(founder, n, founder.member, 3));
  timed(name, 'publish one and hash', more, (record) => {
    target.receive(target.prepare([record]) as Uint8Array);
    target.hash();
  });
}

function plain({ name, founder, verify }: Cast, records: readonly SignedEntry[]): void {
  const check = createEntryCheck(network, verify);
  const [one, other] = ['x', 'y'].map((member) => {
    const ledger = createLedger({ network, roots: [genesisOf(founder)], verify, authorities: [] });
    return createPlainReplica({ network, member, storeId: 's', verify, ledger, check });
  }) as [PlainReplica, PlainReplica];
  const updates: Update[] = [];
  timed(name, 'plain: check, prepare and receive one', records, (record) => {
    const update = one.prepare([record]) as Update;
    updates.push(update);
    one.receive(update);
  });
  timed(name, 'plain: receive one that was checked', updates, (update) => other.receive(update));
  timed(name, 'plain: receive one again', updates, (update) => other.receive(update));
  timed(name, 'plain: compare vectors and hashes', updates, () => {
    if (other.lacks(one.vector()) || other.hash() !== one.hash()) throw new Error('they differ');
  });
}

/** Heap that a loaded replica holds, and how much of it is the view. */
async function memory(founder: Signer, verify: Verify): Promise<void> {
  const root = genesisOf(founder);
  const fresh = () => createLedger({ network, roots: [root], verify, authorities: [] });
  const create = () =>
    createYjsReplica({ network, signer: founder, storeId: 's', verify, ledger: fresh() });
  const parts = partsOf(create(), founder);
  const kept = parts.reduce((sum, part) => sum + part.length, 0);
  const before = (await heap()) - kept;
  const loaded = create();
  const at = performance.now();
  loaded.load(parts);
  report('memory', 'load one', performance.now() - at);
  parts.length = 0;
  const after = await heap();
  const { view } = fresh();
  for (const id of loaded.ids()) {
    const entry = loaded.get(id);
    if (entry?.type === 'ownership') view.add(entry);
  }
  const last = await heap();
  const each = Math.round((after - before) / loaded.size);
  console.log('memory: bytes for each of', loaded.size, 'entries, view included:', each);
  console.log('memory: of which the view:', Math.round((last - after) / loaded.size), view.pools);
}

function partsOf(replica: YjsReplica, founder: Signer): Uint8Array[] {
  for (let n = 0; n < entries; n += 1000) {
    const count = Math.min(1000, entries - n);
    const batch = Array.from({ length: count }, (_, i) =>
      grant(founder, n + i, `member-${i % 100}`),
    );
    replica.receive(replica.prepare(batch) as Uint8Array);
  }
  return [...replica.snapshot()];
}

async function heap(): Promise<number> {
  for (let i = 0; i < 5; i += 1) {
    await new Promise((resolve) => setTimeout(resolve, 20));
    globalThis.gc?.();
  }
  const { heapUsed, arrayBuffers } = process.memoryUsage();
  return heapUsed + arrayBuffers;
}

function genesisOf(founder: Signer): RecordBody {
  return {
    network,
    pool: 'default',
    prefix: '10.0.0.0/8',
    version: 1,
    owner: founder.member,
    predecessors: [],
    kind: 'genesis',
  };
}

function grant(founder: Signer, n: number, owner: string, version = 2): SignedEntry {
  return signRecord(founder, {
    network,
    pool: 'default',
    prefix: `10.${n >> 14}.${(n >> 6) & 255}.${(n & 63) << 2}/30`,
    version,
    owner,
    predecessors: [recordId(genesisOf(founder))],
    kind: 'grant',
  });
}

function timed<T>(
  name: string,
  what: string,
  list: readonly T[],
  act: (item: T) => unknown,
  count: number = list.length,
): void {
  const at = performance.now();
  for (const item of list) act(item);
  report(name, what, performance.now() - at, count);
}

function report(name: string, what: string, ms: number, count: number = entries): void {
  console.log(name, `${what}:`, ((1000 * ms) / count).toFixed(2), 'us');
}

const seedOf = (n: number) => Uint8Array.from({ length: 32 }, (_, i) => (i === 0 ? n : 7));
const real = Array.from({ length: publishers + 1 }, (_, n) => signerOf(keyFromSeed(seedOf(n))));
const fake = real.map(({ member }) => fakeSigner(member));
const [founder, ...members] = fake as [Signer, ...Signer[]];
run({ name: 'fake', founder, members, verify: fakeVerify });
run({
  name: 'ed25519',
  founder: real[0] as Signer,
  members: real.slice(1),
  verify: createVerify(),
});
await memory(founder, fakeVerify);
