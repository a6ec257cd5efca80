// Random histories of two tiny pools, and random orders in which their records arrive. Steps are numbers
// that pick from what is there when they are played, so a shrunk history still makes sense.
import {
  addressAt,
  bitsOf,
  type Cidr,
  covers,
  enclosingPrefix,
  formatPrefix,
  type Prefix,
  prefixOf,
} from '@hedgerow/core/address';
import { fakeSigner } from '@hedgerow/core/crypto';
import {
  type RecordBody,
  type RecordKind,
  recordId,
  type SignedRecord,
  signRecord,
  type ViewOptions,
} from '@hedgerow/core/ownership';
import fc from 'fast-check';
import { NaiveView } from './naiveView.ts';

const network = `sha256:${'0'.repeat(64)}`;

/** The pools and the smallest prefix around their roots. */
export const bases: ReadonlyMap<string, Prefix> = new Map([
  ['four', prefixOf('10.0.0.0/29')],
  ['six', prefixOf('fd00::/126')],
]);

export const owners: readonly string[] = ['ann', 'bob', 'cid'];

/** One address of pool `four` belongs to nobody. */
export const options: ViewOptions = {
  network,
  roots: [
    root('four', '10.0.0.0/30', 'ann'),
    root('four', '10.0.0.4/31', 'bob'),
    root('four', '10.0.0.7/32', 'cid'),
    root('six', 'fd00::/126', 'ann'),
  ],
  certified: ({ certificate }) => owners[certificate?.[0] ?? owners.length],
};

/** What a record is made from. */
interface Step {
  readonly picks: readonly number[];
  readonly offset: number;
  readonly length: number;
  readonly owner: number;
  readonly kind: RecordKind;
  /**
   * `none`: gives away what it owns undisputed. `old`: whatever it ever owned. The others break one rule:
   * a version, the signature, predecessors of anybody, no certificate, one of another's guardians.
   */
  readonly lie:
    | 'none'
    | 'old'
    | 'version'
    | 'writer'
    | 'predecessors'
    | 'certificate'
    | 'guardians';
}

const step: fc.Arbitrary<Step> = fc.record({
  picks: fc.array(fc.nat(), { minLength: 1, maxLength: 3 }),
  offset: fc.nat(7),
  length: fc.nat(2),
  owner: fc.nat(2),
  kind: weighted<RecordKind>({ grant: 6, coalesce: 4, reclaim: 1, 'take-back': 1 }),
  lie: weighted<Step['lie']>({
    none: 12,
    old: 6,
    version: 1,
    writer: 1,
    predecessors: 1,
    certificate: 1,
    guardians: 1,
  }),
});

/** Records of one history in a random order: some twice, some never. */
export const arrivals: fc.Arbitrary<readonly SignedRecord[]> = fc
  .array(step, { minLength: 2, maxLength: 18, size: 'max' })
  .map(play)
  .chain((records) =>
    fc.shuffledSubarray([...records, ...records.slice(0, 3)], { minLength: records.length - 1 }),
  );

function root(pool: string, prefix: Cidr, owner: string): RecordBody {
  return { network, pool, prefix, version: 1, owner, predecessors: [], kind: 'genesis' };
}

function weighted<T extends string>(
  weights: Readonly<Partial<Record<T, number>>>,
): fc.Arbitrary<T> {
  const entries = Object.entries(weights) as [T, number][];
  return fc.oneof(...entries.map(([value, weight]) => ({ arbitrary: fc.constant(value), weight })));
}

/** Every record that the steps make. Later ones build on earlier ones, void or not. */
function play(steps: readonly Step[]): readonly SignedRecord[] {
  const records: SignedRecord[] = [];
  for (const each of steps) {
    const known = [...options.roots, ...records.map((record) => record.body)];
    records.push(written(each, each.lie === 'none' ? tops(records, known) : known));
  }
  return records;
}

/** The records that own something undisputed now; all when there is none. */
function tops(
  records: readonly SignedRecord[],
  known: readonly RecordBody[],
): readonly RecordBody[] {
  const pieces = new NaiveView(options, records).allPieces(bases);
  const ids = new Set(pieces.filter((piece) => !piece.disputed).map((piece) => piece.record));
  const found = known.filter((body) => ids.has(recordId(body)));
  return found.length > 0 ? found : known;
}

function written(step: Step, from: readonly RecordBody[]): SignedRecord {
  const { kind, lie, picks } = step;
  const first = from[(picks[0] as number) % from.length] as RecordBody;
  const own = from.filter((body) => body.owner === first.owner && body.pool === first.pool);
  const source = lie === 'predecessors' ? from : own;
  const others = picks.slice(1).map((pick) => source[pick % source.length] as RecordBody);
  const predecessors = [first, ...others];
  const version = Math.max(...predecessors.map((body) => body.version)) + 1;
  const owner = owners[step.owner] as string;
  const body: RecordBody = {
    network,
    pool: first.pool,
    prefix: part(around(predecessors), step),
    version: lie === 'version' ? version + (step.offset < 4 ? -1 : 1) : version,
    owner: kind === 'coalesce' && lie !== 'predecessors' ? first.owner : owner,
    predecessors: [...new Set(predecessors.map(recordId))].sort(),
    kind,
  };
  const record = signRecord(fakeSigner(lie === 'writer' ? owner : first.owner), body);
  if (lie === 'certificate') return record;
  const whose = owners.indexOf(lie === 'guardians' ? owner : first.owner);
  return { ...record, certificate: Uint8Array.of(whose) };
}

/** The first body's prefix, widened over the others of its family. */
function around(bodies: readonly RecordBody[]): Prefix {
  return bodies
    .map((body) => prefixOf(body.prefix))
    .reduce((whole, prefix) => {
      let wider = whole;
      while (prefix.family === wider.family && !covers(wider, prefix)) {
        wider = enclosingPrefix(wider, wider.length - 1);
      }
      return wider;
    });
}

/** All of a prefix, a half or a quarter. */
function part(prefix: Prefix, { offset, length }: Step): Cidr {
  const bits = bitsOf(prefix.family);
  const longer = Math.min(bits, prefix.length + length);
  const place = (offset * 2 ** (bits - longer)) % 2 ** (bits - prefix.length);
  const address = addressAt(prefix, place);
  return formatPrefix(enclosingPrefix(address ?? prefix, longer));
}
