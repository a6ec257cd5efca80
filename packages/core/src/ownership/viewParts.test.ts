// The view in single steps: its bytes, its roots, and records that come many at once or by certificates.
import { decode } from 'cborg';
import { describe, expect, test } from 'vitest';
import { fakeSigner } from '../crypto/index.ts';
import { createView, recordId, signRecord } from './index.ts';
import type { OwnershipView, RecordBody, SignedRecord } from './types.ts';

const network = `sha256:${'0'.repeat(64)}`;

function root(prefix: string, owner: string, pool = 'p'): RecordBody {
  return { network, pool, prefix, version: 1, owner, predecessors: [], kind: 'genesis' };
}

function after(one: RecordBody, prefix: string, change: Partial<RecordBody> = {}): RecordBody {
  const next = { ...one, prefix, version: one.version + 1, predecessors: [recordId(one)] };
  return { ...next, owner: 'bob', kind: 'grant', ...change };
}

function by(writer: string, body: RecordBody): SignedRecord {
  return signRecord(fakeSigner(writer), body);
}

function viewOf(...roots: readonly RecordBody[]): OwnershipView {
  return createView({ network, roots });
}

const all = root('10.0.0.0/24', 'ann');

test('the bytes of a view say pools, pieces and disputes, in order', () => {
  const six = root('fd00::/64', 'cid', 'a');
  const view = viewOf(all, six);
  const one = after(all, '10.0.0.0/25');
  const two = after(all, '10.0.0.0/25', { owner: 'eve' });
  view.add(by('ann', one));
  view.add(by('ann', two));
  const records = [recordId(one), recordId(two)].sort();
  const [first] = records as [string];
  const owner = first === recordId(one) ? 'bob' : 'eve';
  expect(decode(view.canonicalBytes())).toEqual([
    'hedgerow/view/1',
    network,
    [
      ['a', [['fd00::/64', 1, 'cid', recordId(six), false]]],
      [
        'p',
        [
          ['10.0.0.0/25', 2, owner, first, true],
          ['10.0.0.128/25', 1, 'ann', recordId(all), false],
        ],
      ],
    ],
    [['p', '10.0.0.0/25', records, 'ann']],
  ]);
});

describe('roots', () => {
  test('of one pool may lie anywhere and come in any order', () => {
    const parts = [
      root('10.0.3.0/24', 'cid'),
      root('10.0.0.0/24', 'ann'),
      root('10.0.9.0/24', 'bob'),
    ];
    const view = viewOf(...parts);
    expect([...view.pieces('p')].map(({ prefix, owner }) => [prefix, owner])).toEqual([
      ['10.0.0.0/24', 'ann'],
      ['10.0.3.0/24', 'cid'],
      ['10.0.9.0/24', 'bob'],
    ]);
    expect(view.lookup('p', '10.0.1.0/24')).toBeUndefined();
    expect([...view.ownedBy('bob')].map(({ prefix }) => prefix)).toEqual(['10.0.9.0/24']);
  });

  test('of another network, or with predecessors, are a bug', () => {
    const other = `sha256:${'1'.repeat(64)}`;
    expect(() => viewOf({ ...all, network: other })).toThrow('not a root');
    expect(() => viewOf(after(all, '10.0.0.0/25'))).toThrow('not a root');
    expect(() => viewOf(root('10.0.0.0/24', 'ann'), root('10.0.0.0/24', 'bob'))).toThrow(
      'two roots',
    );
  });

  test('come from the genesis only: a record that calls itself one is void', () => {
    for (const kind of ['genesis', 'pool'] as const) {
      const view = viewOf(all);
      const body = after(all, '10.0.0.0/25', { kind });
      view.add(by('ann', body));
      expect(view.status(recordId(body))).toBe('void');
    }
  });
});

describe('records', () => {
  test.each(['up', 'down'])('may be many out of one, and many may wait for one: %s', (order) => {
    const home = after(all, '10.0.0.0/24', { owner: 'ann' });
    const blocks = Array.from({ length: 12 }, (_, i) => after(home, `10.0.0.${i * 16}/28`));
    const view = viewOf(all);
    for (const block of order === 'up' ? blocks : blocks.toReversed()) {
      expect(view.add(by('ann', block)).changed).toEqual([]);
      expect(view.status(recordId(block))).toBe('pending');
    }
    expect(view.shares('p')).toEqual(new Map([['ann', 256n]]));
    const { changed } = view.add(by('ann', home));
    const own = [...view.ownedBy('ann')];
    expect(own.map(({ prefix }) => prefix)).toEqual(['10.0.0.192/26']);
    expect(changed).toEqual([...view.pieces('p')]);
    expect([...view.ownedBy('bob')]).toHaveLength(12);
    expect(view.shares('p')).toEqual(
      new Map([
        ['bob', 192n],
        ['ann', 64n],
      ]),
    );
    expect(view.disputes()).toEqual([]);
    const thirteenth = after(home, '10.0.0.176/28', { owner: 'eve' });
    view.add(by('ann', thirteenth));
    expect(view.disputes().map(({ prefix }) => prefix)).toEqual(['10.0.0.176/28']);
  });

  test('with one void predecessor among good ones are void', () => {
    const good = after(all, '10.0.0.0/25', { owner: 'ann' });
    const bad = after(all, '10.0.0.128/25', { owner: 'ann', version: 9 });
    const both = {
      ...after(good, '10.0.0.0/24', { version: 10 }),
      predecessors: [recordId(good), recordId(bad)].sort(),
    };
    for (const order of [
      [good, bad, both],
      [both, good, bad],
    ]) {
      const view = viewOf(all);
      for (const body of order) view.add(by('ann', body));
      expect(view.status(recordId(both))).toBe('void');
      expect(view.assess(by('ann', both))).toBe('void');
    }
  });

  test('of an unknown pool or with a prefix that is none are void', () => {
    const view = viewOf(all);
    for (const change of [{ pool: 'q' }, { prefix: '10.0.0.1/24' }]) {
      expect(view.assess(by('ann', { ...after(all, '10.0.0.0/25'), ...change }))).toBe('void');
    }
    expect([...view.shares('q')]).toEqual([]);
    expect([...view.pieces('q')]).toEqual([]);
  });

  test('are assessed with what came before: signatures, certificates, standing', () => {
    const certified = ({ certificate }: SignedRecord): string | undefined =>
      certificate?.[0] === 1 ? 'ann' : undefined;
    const view = createView({ network, roots: [all], certified });
    for (const kind of ['reclaim', 'take-back'] as const) {
      const body = after(all, '10.0.0.0/26', { kind });
      const proven = { ...by('eve', body), certificate: Uint8Array.of(1) };
      expect(view.assess(by('ann', body))).toBe('pending');
      expect(view.assess(proven)).toBe('active');
    }
    const reclaim = after(all, '10.0.0.64/26', { kind: 'reclaim' });
    const next = after(reclaim, '10.0.0.64/27', { owner: 'cid' });
    view.add(by('bob', next));
    expect(view.status(recordId(next))).toBe('pending');
    view.add(by('ann', reclaim));
    expect(view.assess(by('bob', next))).toBe('pending');
    expect(view.status(recordId(reclaim))).toBe('pending');
    view.add({ ...by('eve', reclaim), certificate: Uint8Array.of(1) });
    expect(view.status(recordId(next))).toBe('active');
    expect(view.assess(by('eve', next))).toBe('active');
    expect(view.assess(by('eve', reclaim))).toBe('active');
  });

  test('that come twice, or once they are decided, change nothing', () => {
    const view = viewOf(all);
    const grant = after(all, '10.0.0.0/25');
    const bad = after(all, '10.0.0.0/25', { version: 7 });
    for (const body of [grant, bad]) view.add(by('ann', body));
    const before = view.canonicalBytes();
    for (const writer of ['ann', 'eve', 'bob']) {
      for (const body of [grant, bad]) {
        expect(view.add(by(writer, body))).toEqual({ changed: [], disputes: [] });
      }
    }
    expect(view.canonicalBytes()).toEqual(before);
    expect(view.status(recordId(bad))).toBe('void');
  });
});

test('disputes come in order of pools, prefixes and records', () => {
  const pools = ['c', 'a', 'b'];
  const roots = pools.map((pool) => root('10.0.0.0/24', 'ann', pool));
  const view = viewOf(...roots);
  for (const one of roots) {
    for (const prefix of ['10.0.0.128/25', '10.0.0.0/26', '10.0.0.64/26']) {
      for (const owner of ['bob', 'cid', 'dan', 'eve'])
        view.add(by('ann', after(one, prefix, { owner })));
    }
  }
  const told = view.disputes().map(({ pool, prefix, records }) => {
    const place = { '10.0.0.0/26': 0, '10.0.0.64/26': 1, '10.0.0.128/25': 2 }[prefix];
    return [pool, place, ...records].join(' ');
  });
  expect(told).toHaveLength(27);
  expect(told).toEqual([...told].sort());
  expect(view.disputes()).toBe(view.disputes());
});
