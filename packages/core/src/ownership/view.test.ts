import { describe, expect, test } from 'vitest';
import { fakeSigner } from '../crypto/index.ts';
import { createView, recordId, signRecord } from './index.ts';
import type { Ownership, OwnershipView, RecordBody, SignedRecord } from './types.ts';

const network = `sha256:${'0'.repeat(64)}`;
const pool = 'default';

function root(prefix: string, owner: string, inPool: string = pool): RecordBody {
  const kind = 'genesis';
  return { network, pool: inPool, prefix, version: 1, owner, predecessors: [], kind };
}

/** A record that follows these, written by the owner of the first. */
function follow(
  predecessors: readonly RecordBody[],
  prefix: string,
  owner: string,
  change: Partial<RecordBody> = {},
): RecordBody {
  const version = Math.max(...predecessors.map((body) => body.version)) + 1;
  const ids = predecessors.map(recordId).sort();
  const kind = 'grant';
  return { network, pool, prefix, version, owner, predecessors: ids, kind, ...change };
}

function by(writer: string, body: RecordBody): SignedRecord {
  return signRecord(fakeSigner(writer), body);
}

function viewOf(...roots: readonly RecordBody[]): OwnershipView {
  return createView({ network, roots });
}

function picture(pieces: Iterable<Ownership>): readonly string[] {
  return Array.from(pieces, ({ prefix, version, owner, disputed }) => {
    return `${prefix} @${version} ${owner}${disputed ? ' disputed' : ''}`;
  });
}

const all = root('10.0.0.0/16', 'ann');
const upper = follow([all], '10.0.128.0/17', 'bob');

describe('grants', () => {
  test('the rest of a prefix stays with its owner without a record', () => {
    const view = viewOf(all);
    const change = view.add(by('ann', upper));
    expect(picture(view.pieces(pool))).toEqual(['10.0.0.0/17 @1 ann', '10.0.128.0/17 @2 bob']);
    expect(picture(change.changed)).toEqual(['10.0.128.0/17 @2 bob']);
    expect(view.status(recordId(all))).toBe('active');
    expect(view.shares(pool)).toEqual(
      new Map([
        ['ann', 32768n],
        ['bob', 32768n],
      ]),
    );
  });

  test('two grants out of one predecessor over disjoint addresses are a split', () => {
    const view = viewOf(all);
    view.add(by('ann', upper));
    view.add(by('ann', follow([all], '10.0.0.0/17', 'cid')));
    expect(view.disputes()).toEqual([]);
    expect(view.status(recordId(all))).toBe('dominated');
    expect([...view.shares(pool).keys()].sort()).toEqual(['bob', 'cid']);
  });

  test('pieces that come home coalesce into one', () => {
    const view = viewOf(all);
    const home = follow([upper], '10.0.128.0/17', 'ann');
    const whole = follow([all, home], '10.0.0.0/16', 'ann', { kind: 'coalesce' });
    view.add(by('ann', upper));
    view.add(by('bob', home));
    expect(picture(view.ownedBy('ann'))).toEqual(['10.0.0.0/17 @1 ann', '10.0.128.0/17 @3 ann']);
    view.add(by('ann', whole));
    expect(picture(view.ownedBy('ann'))).toEqual(['10.0.0.0/16 @4 ann']);
    expect(view.disputes()).toEqual([]);
  });

  test('a lookup finds the piece around an address or prefix, and nothing across pieces', () => {
    const view = viewOf(all);
    view.add(by('ann', upper));
    expect(view.lookup(pool, '10.0.200.7/32')?.owner).toBe('bob');
    expect(view.lookup(pool, '10.0.1.0/24')?.prefix).toBe('10.0.0.0/17');
    expect(view.lookup(pool, '10.0.0.0/16')).toBeUndefined();
    expect(view.lookup(pool, '10.1.0.0/24')).toBeUndefined();
    expect(view.lookup(pool, 'fd00::/64')).toBeUndefined();
    expect(view.lookup(pool, 'nonsense')).toBeUndefined();
    expect(view.lookup('other', '10.0.1.0/24')).toBeUndefined();
  });

  test('a large IPv6 pool with small blocks', () => {
    const site = root('fd00:1:2::/48', 'ann', 'six');
    const view = viewOf(site);
    const low = follow([site], 'fd00:1:2::40/122', 'bob', { pool: 'six' });
    const high = follow([site], 'fd00:1:2:ffff:ffff:ffff:ffff:ffc0/122', 'cid', { pool: 'six' });
    view.add(by('ann', low));
    view.add(by('ann', high));
    expect(view.lookup('six', 'fd00:1:2::7f/128')?.owner).toBe('bob');
    expect(view.lookup('six', 'fd00:1:2::80/128')?.owner).toBe('ann');
    expect(picture(view.ownedBy('cid'))).toEqual(['fd00:1:2:ffff:ffff:ffff:ffff:ffc0/122 @2 cid']);
    expect(view.shares('six').get('ann')).toBe(2n ** 80n - 128n);
  });

  test('pieces of several pools come in order of pools and addresses', () => {
    const view = viewOf(root('10.0.0.0/16', 'ann', 'b'), root('fd00::/64', 'ann', 'a'), all);
    expect(view.pools).toEqual(['a', 'b', 'default']);
    expect([...view.ownedBy('ann')].map((piece) => piece.pool)).toEqual(['a', 'b', 'default']);
    expect([...view.ownedBy('nobody')]).toEqual([]);
    expect(picture(view.pieces('none'))).toEqual([]);
  });
});

describe('what is pending', () => {
  test('a chain that arrives backwards becomes active at once, however long', () => {
    const chain = [all];
    for (let i = 0; i < 20_000; i += 1) {
      chain.push(follow([chain.at(-1) as RecordBody], '10.0.0.0/16', i % 2 ? 'ann' : 'bob'));
    }
    const records = chain.slice(1).map((body, i) => by(i % 2 ? 'bob' : 'ann', body));
    const view = viewOf(all);
    for (const record of records.slice(1).reverse()) {
      expect(view.add(record).changed).toEqual([]);
    }
    expect(view.status(recordId(chain[2] as RecordBody))).toBe('pending');
    const change = view.add(records[0] as SignedRecord);
    expect(picture(change.changed)).toEqual(['10.0.0.0/16 @20001 ann']);
    expect(view.status(recordId(chain[20_000] as RecordBody))).toBe('active');
    expect(view.status(recordId(chain[19_999] as RecordBody))).toBe('dominated');
  });

  test("somebody else's signature keeps a record waiting, the owner's wakes it", () => {
    const view = viewOf(all);
    const next = follow([upper], '10.0.128.0/18', 'cid');
    view.add(by('bob', next));
    view.add(by('eve', upper));
    expect(view.status(recordId(upper))).toBe('pending');
    expect(view.add(by('ann', upper)).changed).toHaveLength(2);
    expect(view.lookup(pool, '10.0.128.0/18')?.owner).toBe('cid');
  });
});

describe('what is void', () => {
  test.each<[string, RecordBody]>([
    ['a version that skips', follow([all], '10.0.0.0/17', 'eve', { version: 3 })],
    ['a version that stays', follow([all], '10.0.0.0/17', 'eve', { version: 1 })],
    ['a prefix that reaches outside', follow([all], '10.0.0.0/15', 'eve')],
    ['another pool', follow([all], '10.0.0.0/17', 'eve', { pool: 'other' })],
    ['an unknown pool', follow([all], '10.0.0.0/17', 'eve', { pool: 'none' })],
    ['another family', follow([all], 'fd00::/64', 'eve')],
    [
      'another network',
      follow([all], '10.0.0.0/17', 'eve', { network: `sha256:${'1'.repeat(64)}` }),
    ],
    ['predecessors of two owners', follow([all, upper], '10.0.0.0/16', 'eve')],
    ['a coalesce that gives away', follow([all], '10.0.0.0/16', 'eve', { kind: 'coalesce' })],
    ['a grant from nowhere', { ...root('10.0.0.0/17', 'eve'), kind: 'grant' }],
    ['a genesis record of nobody', root('10.0.0.0/17', 'eve')],
    ['a pool record that is no root', { ...root('10.9.0.0/16', 'eve'), kind: 'pool' }],
    ['a reclaim without certificates', follow([all], '10.0.0.0/17', 'eve', { kind: 'reclaim' })],
  ])('%s, and all that follows from it', (_, body) => {
    const view = viewOf(all, root('10.0.0.0/16', 'ann', 'other'));
    view.add(by('ann', upper));
    const before = view.canonicalBytes();
    const heir = follow([body], '10.0.0.0/18', 'fay');
    view.add(by('eve', heir));
    expect(view.add(by('ann', body))).toEqual({ changed: [], disputes: [] });
    expect(view.status(recordId(body))).toBe('void');
    expect(view.status(recordId(heir))).toBe('void');
    expect(view.assess(by('eve', follow([heir], '10.0.0.0/18', 'gus')))).toBe('void');
    expect(view.canonicalBytes()).toEqual(before);
  });

  test('a certificate takes the place of the signature for a reclaim', () => {
    const body = follow([all], '10.0.0.0/17', 'bob', { kind: 'reclaim' });
    const certified = ({ certificate }: SignedRecord): string | undefined => {
      return certificate?.[0] === 1 ? 'ann' : 'bob';
    };
    const view = createView({ network, roots: [all], certified });
    view.add(by('ann', body));
    view.add({ ...by('bob', body), certificate: Uint8Array.of(2) });
    expect(view.status(recordId(body))).toBe('pending');
    view.add({ ...by('bob', body), certificate: Uint8Array.of(1) });
    expect(picture(view.ownedBy('bob'))).toEqual(['10.0.0.0/17 @2 bob']);
  });

  test('a certificate that proves nothing yet is looked at again, and what follows is active too', () => {
    let believed = false;
    const certified = ({ certificate }: SignedRecord): string | undefined =>
      believed && certificate?.[0] === 1 ? 'ann' : undefined;
    const view = createView({ network, roots: [all], certified });
    const body = follow([all], '10.0.0.0/17', 'bob', { kind: 'reclaim' });
    const heir = follow([body], '10.0.0.0/18', 'cid');
    view.add(by('bob', heir));
    for (const first of [1, 2]) view.add({ ...by('eve', body), certificate: Uint8Array.of(first) });
    expect(view.recheck()).toEqual({ changed: [], disputes: [] });
    expect(view.status(recordId(body))).toBe('pending');
    believed = true;
    expect(picture(view.recheck().changed)).toEqual(['10.0.0.0/18 @3 cid', '10.0.64.0/18 @2 bob']);
    expect(view.status(recordId(heir))).toBe('active');
    expect(view.recheck()).toEqual({ changed: [], disputes: [] });
  });

  test('what waits for a predecessor is vouched for by whoever signed it, and by all votes of the same register', () => {
    const certified = ({ certificate }: SignedRecord): string | undefined =>
      certificate?.[0] === 9 ? undefined : 'bob';
    const view = createView({ network, roots: [all], certified });
    const grant = follow([upper], '10.0.128.0/18', 'cid');
    const reclaim = follow([upper], '10.0.192.0/18', 'dan', { kind: 'reclaim' });
    const votes = (first: number): SignedRecord => {
      return { ...by('dan', reclaim), certificate: Uint8Array.of(first) };
    };
    expect(view.isVouched(by('bob', grant))).toBe(false);
    view.add(by('bob', grant));
    view.add(votes(1));
    expect(view.isVouched(by('bob', grant))).toBe(true);
    expect(view.isVouched(votes(2))).toBe(true);
    // Neither another signature under it nor votes that prove nothing are what was added.
    expect(view.isVouched(by('eve', grant))).toBe(false);
    expect(view.isVouched(votes(9))).toBe(false);
    expect(view.isVouched(by('dan', reclaim))).toBe(false);
    view.add(by('ann', upper));
    expect(view.status(recordId(grant))).toBe('active');
    expect(view.isVouched(by('bob', grant))).toBe(false);
  });

  test('roots that overlap or are none are a bug', () => {
    expect(() => viewOf(all, root('10.0.1.0/24', 'bob'))).toThrow('two roots own');
    expect(() => viewOf(all, root('fd00::/64', 'bob'))).toThrow('both address families');
    expect(() => viewOf(upper)).toThrow('not a root');
  });
});

describe('equivocation', () => {
  test('two grants of the same addresses dispute them, whatever their versions, for ever', () => {
    const view = viewOf(all);
    const first = follow([all], '10.0.0.0/17', 'bob');
    const second = follow([all], '10.0.64.0/18', 'cid');
    view.add(by('ann', first));
    expect(view.assess(by('ann', second))).toBe('disputed');
    const { disputes } = view.add(by('ann', second));
    const records = [recordId(first), recordId(second)].sort();
    expect(disputes).toEqual([{ pool, prefix: '10.0.64.0/18', records, signer: 'ann' }]);
    expect(view.disputes()).toEqual(disputes);
    expect(view.assess(by('ann', first))).toBe('disputed');
    expect(view.lookup(pool, '10.0.0.0/18')?.disputed).toBe(false);
    view.add(by('bob', follow([first], '10.0.0.0/17', 'dan')));
    const owned = ['10.0.0.0/18 @3 dan', '10.0.64.0/18 @3 dan disputed'];
    expect(picture(view.ownedBy('dan'))).toEqual(owned);
  });

  test('giving away, getting a part back and coalescing over the rest is disputed', () => {
    // The coalesce names the old record and the part that came back. It descends from the grant to bob
    // through that part, yet over bob's other quarter it consumes what that grant had consumed.
    const half = follow([all], '10.0.128.0/17', 'bob');
    const quarter = follow([half], '10.0.128.0/18', 'ann');
    const greedy = follow([all, quarter], '10.0.128.0/17', 'ann', { kind: 'coalesce' });
    const view = viewOf(all);
    for (const record of [by('ann', half), by('bob', quarter), by('ann', greedy)]) view.add(record);
    expect(picture(view.pieces(pool))).toEqual([
      '10.0.0.0/17 @1 ann',
      '10.0.128.0/18 @4 ann',
      '10.0.192.0/18 @4 ann disputed',
    ]);
    const records = [recordId(half), recordId(greedy)].sort();
    expect(view.disputes()).toEqual([{ pool, prefix: '10.0.192.0/18', records, signer: 'ann' }]);
  });

  test('many lies over one split: each part is told once, outermost first', () => {
    const view = viewOf(all);
    const told = (prefix: string): readonly string[] =>
      view.add(by('ann', follow([all], prefix, 'eve'))).disputes.map((each) => each.prefix);
    for (const third of [0, 64, 128, 192]) {
      view.add(by('ann', follow([all], `10.0.${third}.0/18`, 'bob')));
    }
    expect(told('10.0.0.0/17')).toEqual(['10.0.0.0/18', '10.0.64.0/18']);
    expect(told('10.0.0.0/16')).toEqual(['10.0.0.0/17', '10.0.128.0/18', '10.0.192.0/18']);
    expect(told('10.0.1.0/24')).toEqual(['10.0.1.0/24']);
    expect(view.disputes()).toHaveLength(6);
  });
});

describe('assessing', () => {
  test('tells what adding would do, and changes nothing', () => {
    const view = viewOf(all);
    const before = view.canonicalBytes();
    expect(view.assess(by('ann', upper))).toBe('active');
    expect(view.assess(by('eve', upper))).toBe('pending');
    expect(view.assess(by('bob', follow([upper], '10.0.128.0/18', 'cid')))).toBe('pending');
    expect(view.assess(by('ann', { ...upper, version: 7 }))).toBe('void');
    expect(view.canonicalBytes()).toEqual(before);
    expect(view.status(recordId(upper))).toBeUndefined();
  });
});
