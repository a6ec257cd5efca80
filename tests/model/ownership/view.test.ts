import { type Address, bitsOf, formatPrefix, prefixOf } from '@hedgerow/core/address';
import {
  createView,
  type Dispute,
  type Ownership,
  type OwnershipView,
  recordId,
  type SignedRecord,
} from '@hedgerow/core/ownership';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arrivals, bases, options, owners } from './histories.ts';
import { addressesOf, NaiveView } from './naiveView.ts';

/** Every address of every pool, with its name in messages. */
const everywhere = [...bases].flatMap(([pool, base]) =>
  addressesOf(base).map((address) => ({ pool, address, name: nameOf(pool, address) })),
);

function nameOf(pool: string, address: Address): string {
  return `${pool} ${formatPrefix({ ...address, length: bitsOf(address.family) })}`;
}

function namesIn(pieces: readonly { readonly pool: string; readonly prefix: string }[]): string[] {
  const names = pieces.flatMap(({ pool, prefix }) =>
    addressesOf(prefixOf(prefix)).map((address) => nameOf(pool, address)),
  );
  return [...new Set(names)].sort();
}

/** Names of the addresses where this holds, sorted. */
function where(holds: (pool: string, address: Address) => boolean): string[] {
  const found = everywhere.filter(({ pool, address }) => holds(pool, address));
  return found.map(({ name }) => name).sort();
}

/** Pieces as they are afterwards that contain an address whose owner, record or dispute changed. */
function changedPieces(before: NaiveView, after: NaiveView): readonly Ownership[] {
  const changed = where((pool, address) => {
    const was = before.at(pool, address);
    const is = after.at(pool, address);
    return was?.top.id !== is?.top.id || was?.disputed !== is?.disputed;
  });
  return after
    .allPieces(bases)
    .filter((piece) => namesIn([piece]).some((name) => changed.includes(name)));
}

/** Addresses where a record that was not active before shares its parent with another. */
function forkedAnew(before: NaiveView, after: NaiveView): readonly string[] {
  return where((pool, address) => {
    const groups = after.at(pool, address)?.forks ?? [];
    return groups.flat().some((id) => before.standing(id) !== 'active');
  });
}

/** True when this record shares a parent, at some address, with one that was active before. */
function equivocates(record: SignedRecord, before: NaiveView, after: NaiveView): boolean {
  const id = recordId(record.body);
  return everywhere.some(({ pool, address }) => {
    const groups = after.at(pool, address)?.forks ?? [];
    const own = groups.find((group) => group.includes(id)) ?? [];
    return own.some((other) => other !== id && before.standing(other) === 'active');
  });
}

function expectPieces(view: OwnershipView, naive: NaiveView): void {
  const expected = naive.allPieces(bases);
  expect([...bases.keys()].flatMap((pool) => [...view.pieces(pool)])).toEqual(expected);
  for (const owner of owners) {
    expect([...view.ownedBy(owner)]).toEqual(expected.filter((piece) => piece.owner === owner));
  }
  for (const { pool, address, name } of everywhere) {
    const state = naive.at(pool, address);
    const found = view.lookup(pool, name.slice(pool.length + 1));
    expect([found?.record, found?.disputed]).toEqual([state?.top.id, state?.disputed]);
  }
  for (const pool of bases.keys()) {
    const shares = new Map<string, bigint>();
    for (const piece of expected.filter((each) => each.pool === pool)) {
      const size = BigInt(namesIn([piece]).length);
      shares.set(piece.owner, (shares.get(piece.owner) ?? 0n) + size);
    }
    expect(view.shares(pool)).toEqual(shares);
  }
}

function expectStatuses(
  view: OwnershipView,
  naive: NaiveView,
  records: readonly SignedRecord[],
): void {
  const owning = new Set(naive.allPieces(bases).map((piece) => piece.record));
  for (const body of [...options.roots, ...records.map((record) => record.body)]) {
    const id = recordId(body);
    const standing = naive.standing(id);
    const dominated = standing === 'active' && !owning.has(id);
    expect(view.status(id)).toBe(dominated ? 'dominated' : standing);
  }
}

/** Every proof shows two followers of one record; together they name every forked address and record. */
function expectProofs(naive: NaiveView, disputes: readonly Dispute[]): void {
  const forked = everywhere.flatMap(({ pool, address }) => naive.at(pool, address)?.forks ?? []);
  const named = disputes.flatMap((dispute) => dispute.records);
  expect(new Set(named)).toEqual(new Set(forked.flat()));
  for (const { pool, prefix, records } of disputes) {
    for (const address of addressesOf(prefixOf(prefix))) {
      const groups = naive.at(pool, address)?.forks ?? [];
      expect(groups.some((group) => records.every((id) => group.includes(id)))).toBe(true);
    }
  }
  const disputed = where((pool, address) => naive.at(pool, address)?.disputed ?? false);
  expect(namesIn(disputes)).toEqual(disputed);
}

test('after each record the view and what it says of the change are as defined', () => {
  fc.assert(
    fc.property(arrivals, (arriving) => {
      const view = createView(options);
      let before = new NaiveView(options, []);
      arriving.forEach((record, i) => {
        const after = new NaiveView(options, arriving.slice(0, i + 1));
        const assessed = view.assess(record);
        const change = view.add(record);
        expect(change.changed).toEqual(changedPieces(before, after));
        expect(namesIn(change.disputes)).toEqual(forkedAnew(before, after));
        const standing = after.standing(recordId(record.body));
        const disputed = standing === 'active' && equivocates(record, before, after);
        expect(assessed).toBe(disputed ? 'disputed' : standing);
        before = after;
      });
      expectPieces(view, before);
      expectStatuses(view, before, arriving);
      expectProofs(before, view.disputes());
    }),
    { numRuns: 100 },
  );
});

function bytesOf(...sets: readonly (readonly SignedRecord[])[]): Uint8Array {
  const view = createView(options);
  for (const record of sets.flat()) view.add(record);
  return view.canonicalBytes();
}

test('neither the order of arrival nor repetition matters, byte for byte', () => {
  const keys = fc.infiniteStream(fc.nat());
  fc.assert(
    fc.property(arrivals, keys, (arriving, key) => {
      const keyed = arriving.map((record) => ({ record, key: key.next().value as number }));
      const shuffled = keyed.sort((a, b) => a.key - b.key).map(({ record }) => record);
      expect(bytesOf(shuffled, arriving)).toEqual(bytesOf(arriving));
    }),
    { numRuns: 300 },
  );
});

test('certificates that are believed late give the same view as those believed at once', () => {
  fc.assert(
    fc.property(arrivals, fc.nat(), fc.nat(), (arriving, one, other) => {
      let trusted = 0;
      // Owner by owner becomes believable: `trusted` counts how many are.
      const certified = (record: SignedRecord) => {
        const whose = options.certified?.(record);
        return owners.slice(0, trusted).find((owner) => owner === whose);
      };
      const view = createView({ ...options, certified });
      arriving.forEach((record, i) => {
        if (i % (1 + (one % 5)) === other % 5) {
          trusted += 1;
          view.recheck();
        }
        view.add(record);
      });
      trusted = owners.length;
      view.recheck();
      expect(view.canonicalBytes()).toEqual(bytesOf(arriving));
      expectStatuses(view, new NaiveView(options, arriving), arriving);
    }),
    { numRuns: 200 },
  );
});

test('union is commutative, associative and idempotent', () => {
  fc.assert(
    fc.property(arrivals, fc.nat(), fc.nat(), (arriving, a, b) => {
      const x = arriving.slice(0, a % (arriving.length + 1));
      const y = arriving.slice(b % (arriving.length + 1));
      const z = arriving.filter((_, i) => i % 2 === 0);
      expect(bytesOf(x, y)).toEqual(bytesOf(y, x));
      expect(bytesOf(x, y, z)).toEqual(bytesOf(y, z, x));
      expect(bytesOf(x, x)).toEqual(bytesOf(x));
    }),
    { numRuns: 100 },
  );
});

test('histories reach every standing, and disputes', () => {
  const seen = new Set<string>();
  for (const arriving of fc.sample(arrivals, { numRuns: 100, seed: 1 })) {
    const view = createView(options);
    for (const record of arriving) view.add(record);
    for (const { body } of arriving) seen.add(`${body.kind} ${view.status(recordId(body))}`);
    if (view.disputes().length > 0) seen.add('disputes');
  }
  const kinds = ['grant', 'coalesce', 'reclaim', 'take-back'];
  const standings = ['active', 'pending', 'void', 'dominated'];
  const wanted = kinds.flatMap((kind) => standings.map((standing) => `${kind} ${standing}`));
  expect([...seen].sort()).toEqual([...wanted, 'disputes'].sort());
});
