// Laws of the ownership view over random histories of two tiny pools: what must hold whatever was written,
// lies included, and in whatever order it arrives.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  comparePrefix,
  covers,
  enclosingPrefix,
  formatPrefix,
  overlaps,
  prefixOf,
  sizeOf,
  splitInto,
  supernet,
} from '../address/index.ts';
import { fakeSigner } from '../crypto/index.ts';
import { createView, recordId, signRecord } from './index.ts';
import type { Ownership, OwnershipView, RecordBody, SignedRecord } from './types.ts';

const network = `sha256:${'0'.repeat(64)}`;
const owners = ['ann', 'bob', 'cid'] as const;
const bases: Readonly<Record<string, string>> = { a: '10.0.0.0/29', b: 'fd00::/126' };
const roots = [root('b', 'fd00::/126', 'bob'), root('a', '10.0.0.0/29', 'ann')];

function root(pool: string, prefix: string, owner: string): RecordBody {
  return { network, pool, prefix, version: 1, owner, predecessors: [], kind: 'genesis' };
}

/** Numbers that pick from what is there when they are played. */
const step = fc.record({
  parents: fc.array(fc.nat(40), { minLength: 1, maxLength: 3 }),
  place: fc.nat(7),
  deeper: fc.integer({ min: -1, max: 2 }),
  owner: fc.constantFrom(...owners),
  kind: fc.constantFrom('grant' as const, 'grant' as const, 'coalesce' as const),
  isForged: fc.integer({ min: 0, max: 9 }).map((each) => each === 0),
});

type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

function written(each: Step, known: readonly RecordBody[]): SignedRecord {
  const first = known[(each.parents[0] as number) % known.length] as RecordBody;
  const own = known.filter(({ owner, pool }) => owner === first.owner && pool === first.pool);
  const parents = [first, ...each.parents.slice(1).map((pick) => own[pick % own.length] ?? first)];
  const whole = prefixOf(first.prefix);
  const wider = each.deeper < 0 ? (supernet(whole) ?? whole) : whole;
  const base = prefixOf(bases[first.pool] as string);
  const around = covers(base, wider) ? wider : base;
  const bits = around.family === 4 ? 32 : 128;
  const length = Math.min(bits, around.length + Math.max(0, each.deeper));
  const parts = [...splitInto(around, length)];
  const body: RecordBody = {
    network,
    pool: first.pool,
    prefix: formatPrefix(parts[each.place % parts.length] ?? around),
    version: Math.max(...parents.map(({ version }) => version)) + 1,
    owner: each.kind === 'coalesce' ? first.owner : each.owner,
    predecessors: [...new Set(parents.map(recordId))].sort(),
    kind: each.kind,
  };
  return signRecord(fakeSigner(each.isForged ? 'eve' : first.owner), body);
}

const histories = fc.array(step, { minLength: 1, maxLength: 14 }).map((steps) => {
  const records: SignedRecord[] = [];
  for (const each of steps) {
    records.push(written(each, [...roots, ...records.map(({ body }) => body)]));
  }
  return records;
});

function viewOf(records: readonly SignedRecord[]): OwnershipView {
  const view = createView({ network, roots });
  for (const record of records) view.add(record);
  return view;
}

function piecesOf(view: OwnershipView): readonly Ownership[] {
  return view.pools.flatMap((pool) => [...view.pieces(pool)]);
}

/** Who has each address, as text. */
function addressMap(view: OwnershipView): ReadonlyMap<string, string> {
  const map = new Map<string, string>();
  for (const { pool, prefix, record, disputed } of piecesOf(view)) {
    const whole = prefixOf(prefix);
    for (const each of splitInto(whole, whole.family === 4 ? 32 : 128)) {
      map.set(`${pool} ${formatPrefix(each)}`, `${record} ${disputed}`);
    }
  }
  return map;
}

function inOrder(pieces: readonly Ownership[]): readonly Ownership[] {
  return [...pieces].sort(
    (a, b) =>
      (a.pool < b.pool ? -1 : a.pool > b.pool ? 1 : 0) ||
      comparePrefix(prefixOf(a.prefix), prefixOf(b.prefix)),
  );
}

test('every order of arrival, and repetition, leads to the same bytes', () => {
  const orders = histories.chain((records) =>
    fc.tuple(
      fc.constant(records),
      fc.shuffledSubarray([...records, ...records.slice(0, 2)], { minLength: records.length + 1 }),
    ),
  );
  fc.assert(
    fc.property(orders, ([records, shuffled]) => {
      const all = [...shuffled, ...records];
      const [one, other] = [viewOf(records), viewOf(all)];
      expect(other.canonicalBytes()).toEqual(one.canonicalBytes());
      expect(other.disputes()).toEqual(one.disputes());
      for (const { body } of all) {
        expect(other.status(recordId(body))).toBe(one.status(recordId(body)));
      }
    }),
    { numRuns: 150 },
  );
});

test('pieces are a partition in order, as large as they can be, and everything else agrees with them', () => {
  fc.assert(
    fc.property(histories, (records) => {
      const view = viewOf(records);
      const pieces = piecesOf(view);
      expect(pieces).toEqual(inOrder(pieces));
      expect(addressMap(view).size).toBe(8 + 4);
      for (const pool of view.pools) {
        const shares = new Map<string, bigint>();
        for (const { owner, prefix } of view.pieces(pool)) {
          shares.set(owner, (shares.get(owner) ?? 0n) + sizeOf(prefixOf(prefix)));
        }
        expect(view.shares(pool)).toEqual(shares);
      }
      for (const owner of owners) {
        expect([...view.ownedBy(owner)]).toEqual(pieces.filter((each) => each.owner === owner));
      }
      for (const piece of pieces) {
        const { family, value } = prefixOf(piece.prefix);
        const address = formatPrefix({ family, value, length: family === 4 ? 32 : 128 });
        expect(view.lookup(piece.pool, address)).toEqual(piece);
        const next = pieces[pieces.indexOf(piece) + 1];
        const half = prefixOf(piece.prefix);
        const other = next === undefined ? half : prefixOf(next.prefix);
        const isHalf = half.length === other.length && next?.pool === piece.pool && half !== other;
        const isSplit = isHalf && covers(enclosingPrefix(half, half.length - 1), other);
        if (isSplit)
          expect([next?.record, next?.disputed]).not.toEqual([piece.record, piece.disputed]);
      }
      for (const body of [...roots, ...records.map((record) => record.body)]) {
        const owns = pieces.some(({ record }) => record === recordId(body));
        expect(view.status(recordId(body)) === 'active').toBe(owns);
      }
    }),
    { numRuns: 150 },
  );
});

test('what is disputed is what two records took out of one, and each lie is told', () => {
  fc.assert(
    fc.property(histories, (records) => {
      const view = viewOf(records);
      const disputes = view.disputes();
      for (const { pool, prefix, disputed } of piecesOf(view)) {
        const isTold = disputes.some(
          (each) => each.pool === pool && overlaps(prefixOf(each.prefix), prefixOf(prefix)),
        );
        expect(disputed).toBe(isTold);
      }
      const bodies = new Map(
        [...roots, ...records.map(({ body }) => body)].map((b) => [recordId(b), b]),
      );
      for (const { prefix, records: ids, signer } of disputes) {
        expect([...ids]).toEqual([...new Set(ids)].sort());
        for (const id of ids) {
          const { predecessors, prefix: own } = bodies.get(id) as RecordBody;
          expect(covers(prefixOf(own), prefixOf(prefix))).toBe(true);
          expect(predecessors.map((each) => bodies.get(each)?.owner)).toContain(signer);
        }
      }
    }),
    { numRuns: 150 },
  );
});

test('adding tells exactly what changed, and assessing tells it before', () => {
  fc.assert(
    fc.property(histories, (records) => {
      const view = createView({ network, roots });
      for (const record of records) {
        const id = recordId(record.body);
        const [was, before, known] = [view.assess(record), addressMap(view), view.status(id)];
        const { changed, disputes } = view.add(record);
        const after = addressMap(view);
        const differ = [...after.keys()].filter((key) => after.get(key) !== before.get(key));
        const touched = changed.filter((piece) =>
          differ.some((key) => {
            const [pool, address] = key.split(' ') as [string, string];
            return pool === piece.pool && covers(prefixOf(piece.prefix), prefixOf(address));
          }),
        );
        expect(changed).toEqual(inOrder(changed));
        expect(touched).toEqual(changed);
        const told = changed.flatMap(({ pool, prefix }) =>
          [...splitInto(prefixOf(prefix), prefix.includes(':') ? 128 : 32)].map(
            (each) => `${pool} ${formatPrefix(each)}`,
          ),
        );
        expect(differ.filter((key) => !told.includes(key))).toEqual([]);
        const status = view.status(id);
        if (was === 'void' || was === 'pending') expect(status).toBe(was);
        else expect(['active', 'dominated']).toContain(status);
        if (known === undefined && was === 'disputed') expect(disputes.length).toBeGreaterThan(0);
        if (was === 'active')
          expect(disputes.filter((each) => each.records.includes(id))).toEqual([]);
        expect(view.assess(record) === 'disputed').toBe(
          view.disputes().some((each) => each.records.includes(id)),
        );
      }
    }),
    { numRuns: 150 },
  );
});
