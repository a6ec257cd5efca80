// Whoever acts for a silent owner brings signed records along: each must be exactly the one that follows
// from the estate, for one wrong field would put addresses into two places or into none.
import { describe, expect, it } from 'vitest';
import { fakeSigner } from '../crypto/index.ts';
import { recordId, signRecord } from '../ownership/record.ts';
import type { RecordBody, SignedRecord } from '../ownership/types.ts';
import { must } from '../result.ts';
import { applyChange, type Change, type Estate, firstEstate, reclaimBodies } from './index.ts';

const network = 'sha256:test';

/** x: a committed block, reserve in two pools, and the counter of a former grant to h. */
const silent: Estate = {
  ...firstEstate('x', [
    { pool: 'p', prefix: '10.0.0.0/28', version: 1, record: 'root', use: 'committed' },
    { pool: 'p', prefix: '10.0.0.16/28', version: 4, record: 'four', use: 'reserve' },
    { pool: 'q', prefix: '10.0.0.16/28', version: 1, record: 'other', use: 'reserve' },
  ]),
  out: { h: 6, i: 2 },
};

function sign(body: RecordBody): SignedRecord {
  return signRecord(fakeSigner('h'), body);
}

function code(estate: Estate, change: Change): string {
  const result = applyChange(estate, change);
  return result.ok ? 'accepted' : result.error.code;
}

type Wrong = readonly [string, Partial<RecordBody>];

const wrong: readonly Wrong[] = [
  ['kind', { kind: 'grant' }],
  ['owner', { owner: 'eve' }],
  ['pool', { pool: 'none' }],
  ['prefix', { prefix: '10.0.0.32/28' }],
  ['version', { version: 9 }],
  ['predecessor', { predecessors: ['else'] }],
  ['further predecessor', { predecessors: ['four', 'root'] }],
];

describe('a reclaim', () => {
  const bodies = reclaimBodies(silent, network, 'h', 'reclaim');
  const reclaim = (records: readonly RecordBody[], counter = 7): Change => {
    return { kind: 'reclaim', to: 'h', counter, records: records.map(sign) };
  };

  it('numbers its records after what the heir got before, and touches no other counter', () => {
    const after = must(applyChange(silent, reclaim(bodies)));
    expect(after.outbox.map(({ to, counter }) => [to, counter])).toEqual([
      ['h', 7],
      ['h', 8],
    ]);
    expect(after.out).toEqual({ h: 8, i: 2 });
    expect(code(silent, reclaim(bodies, 8))).toBe('counter');
    expect(code(silent, reclaim(bodies, 1))).toBe('counter');
  });

  it.each(wrong)('with another %s is refused', (_, change) => {
    const [first, ...others] = bodies as [RecordBody, ...RecordBody[]];
    expect(code(silent, reclaim([{ ...first, ...change }, ...others]))).toBe('record');
  });

  it('with too few records, too many, or in another order is refused', () => {
    expect(code(silent, reclaim(bodies.slice(1)))).toBe('record');
    expect(code(silent, reclaim(bodies.slice(0, 1)))).toBe('record');
    expect(code(silent, reclaim([...bodies, ...bodies]))).toBe('record');
    expect(code(silent, reclaim(bodies.toReversed()))).toBe('record');
  });

  it('leaves nothing to the owner itself', () => {
    const own = reclaimBodies(silent, network, 'x', 'reclaim').map(sign);
    expect(code(silent, { kind: 'reclaim', to: 'x', counter: 1, records: own })).toBe('not-owner');
  });
});

it('a seal of an estate without holdings gives the heir no counter', () => {
  const empty = firstEstate('x', []);
  const after = must(applyChange(empty, { kind: 'seal', to: 'h', counter: 1, records: [] }));
  expect(after).toEqual({ ...empty, sealed: true });
});

/** What takes entry `index` of the outbox back. */
function takenBack(estate: Estate, index: number, change: Partial<RecordBody> = {}): RecordBody {
  const { body } = (estate.outbox[index] as Estate['outbox'][number]).record;
  const predecessors = [recordId(body)];
  const version = body.version + 1;
  return { ...body, kind: 'take-back', owner: 'x', version, predecessors, ...change };
}

describe('a take-back', () => {
  const records = reclaimBodies(silent, network, 'h', 'reclaim').map(sign);
  const given = must(applyChange(silent, { kind: 'reclaim', to: 'h', counter: 7, records }));
  const take = (change: Partial<RecordBody> = {}, to = 'h', counter = 7): Change => {
    return { kind: 'takeBack', to, counter, record: sign(takenBack(given, 0, change)) };
  };

  it('puts back what the record says, as reserve, and leaves the other grants on their way', () => {
    const after = must(applyChange(given, take()));
    const record = recordId(takenBack(given, 0));
    const back = { pool: 'p', prefix: '10.0.0.16/28', version: 6, record, use: 'reserve' };
    expect(after.holdings).toEqual([silent.holdings[0], back]);
    expect(after.outbox).toEqual(given.outbox.slice(1));
    expect(after.out).toEqual({ h: 8, i: 2 });
  });

  it('of a grant that is not on its way is refused', () => {
    expect(code(given, take({}, 'h', 9))).toBe('nothing');
    expect(code(given, take({}, 'i', 7))).toBe('nothing');
  });

  it.each(wrong)('with another %s is refused', (_, change) => {
    expect(code(given, take(change))).toBe('record');
  });

  it('with a predecessor too many is refused', () => {
    const [first] = takenBack(given, 0).predecessors;
    expect(code(given, take({ predecessors: [first as string, 'root'] }))).toBe('record');
  });

  it('over addresses that are held again is refused', () => {
    const holding = { pool: 'p', prefix: '10.0.0.16/30', version: 9, record: 'new' } as const;
    const full = {
      ...given,
      holdings: [...given.holdings, { ...holding, use: 'reserve' as const }],
    };
    expect(code(full, take())).toBe('overlap');
  });

  it('of what was in use arrives resting', () => {
    const rest = given.outbox.map((entry) => ({ ...entry, rest: true as const }));
    const after = must(applyChange({ ...given, outbox: rest }, take()));
    expect(after.holdings.map(({ use }) => use)).toEqual(['committed', 'resting']);
  });
});

describe('giving on what comes back to a sealed estate', () => {
  const records = reclaimBodies(silent, network, 'h', 'seal').map(sign);
  const sealed = must(applyChange(silent, { kind: 'seal', to: 'h', counter: 7, records }));
  const on = (index: number, change: Partial<RecordBody> = {}, counter = 3): Change => {
    const back = takenBack(sealed, index);
    const predecessors = [recordId(back)];
    const version = back.version + 1;
    const next = { ...back, kind: 'reclaim' as const, owner: 'i', version, predecessors };
    const onward = { to: 'i', counter, record: sign({ ...next, ...change }) };
    return { kind: 'takeBack', to: 'h', counter: 7 + index, record: sign(back), onward };
  };

  it('numbers it after what the new heir got, and keeps whether it rests', () => {
    const block = must(applyChange(sealed, on(0)));
    expect(block.out).toEqual({ h: 9, i: 3 });
    expect(block.outbox.at(-1)).toMatchObject({ to: 'i', counter: 3, rest: true });
    const reserve = must(applyChange(sealed, on(1)));
    expect(reserve.outbox.at(-1)).not.toHaveProperty('rest');
    expect(reserve.outbox).toHaveLength(3);
  });

  it.each(wrong)('with another %s is refused', (_, change) => {
    expect(code(sealed, on(1, change))).toBe('record');
  });

  it('under another counter is refused', () => {
    expect(code(sealed, on(1, {}, 4))).toBe('counter');
    expect(code(sealed, on(1, {}, 1))).toBe('counter');
  });
});

describe('pruning', () => {
  it('looks at the one member, and is open to a sealed estate too', () => {
    const records = reclaimBodies(silent, network, 'h', 'seal').map(sign);
    const sealed = must(applyChange(silent, { kind: 'seal', to: 'h', counter: 7, records }));
    const after = must(applyChange(sealed, { kind: 'prune', member: 'i' }));
    expect(after.out).toEqual({ h: 9 });
    expect(code(sealed, { kind: 'prune', member: 'h' })).toBe('counter');
  });
});
