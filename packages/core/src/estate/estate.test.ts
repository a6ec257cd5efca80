import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { formatPrefix, prefixOf, splitInto } from '../address/index.ts';
import { fakeSigner } from '../crypto/index.ts';
import type { Pool } from '../membership/types.ts';
import { recordId, signRecord } from '../ownership/record.ts';
import type { RecordBody } from '../ownership/types.ts';
import { must } from '../result.ts';
import {
  acknowledgedCounter,
  applyChange,
  type Change,
  type Estate,
  firstEstate,
  grantBody,
  type Holding,
  normalise,
  pickCommit,
  pickGrant,
  reserveBlocks,
} from './index.ts';

const pool: Pool = { name: 'p', prefix: '10.0.0.0/24', blockLength: 28, subnet: 'pool' };
const network = 'sha256:test';

function whole(prefix = '10.0.0.0/24'): Estate {
  const holding: Holding = { pool: 'p', prefix, version: 1, record: 'root', use: 'reserve' };
  return firstEstate('a', [holding]);
}

/** The dumb oracle: one letter an address. */
function paint(estate: Estate): string {
  const cells = new Array<string>(256).fill('.');
  for (const { prefix, use } of estate.holdings) {
    const { value, length } = prefixOf(prefix);
    const start = Number(value & 0xffn);
    for (let i = 0; i < 2 ** (32 - length); i += 1) {
      if (cells[start + i] !== '.') throw new Error(`two holdings over ${prefix}`);
      cells[start + i] = use === 'reserve' ? 'r' : use === 'committed' ? 'c' : 's';
    }
  }
  return cells.join('');
}

function giving(estate: Estate, to: string, length: number): Change | undefined {
  const prefix = pickGrant(estate, pool, length);
  if (prefix === undefined) return undefined;
  const record = signRecord(fakeSigner('a'), grantBody(estate, network, 'p', prefix, to));
  return { kind: 'grant', to, counter: (estate.out[to] ?? 0) + 1, record };
}

function incoming(prefix: string, version = 5, salt = 0): RecordBody {
  const predecessors = [`${salt}`.padStart(64, '0')];
  return { network, pool: 'p', prefix, version, owner: 'a', predecessors, kind: 'grant' };
}

describe('holdings', () => {
  it('merge halves of one record, and never committed blocks or pieces of two records', () => {
    const piece = (prefix: string, record: string, use: Holding['use']): Holding => ({
      pool: 'p',
      prefix,
      version: 1,
      record,
      use,
    });
    expect(
      normalise([
        piece('10.0.0.16/28', 'x', 'reserve'),
        piece('10.0.0.0/28', 'x', 'reserve'),
        piece('10.0.0.32/27', 'x', 'reserve'),
        piece('10.0.0.64/28', 'x', 'committed'),
        piece('10.0.0.80/28', 'x', 'committed'),
        piece('10.0.0.96/28', 'x', 'reserve'),
        piece('10.0.0.112/28', 'y', 'reserve'),
      ]).map(({ prefix }) => prefix),
    ).toEqual(['10.0.0.0/26', '10.0.0.64/28', '10.0.0.80/28', '10.0.0.96/28', '10.0.0.112/28']);
  });
});

describe('changes', () => {
  it('keep every address in exactly one holding, whatever the order of changes', () => {
    const action = fc.oneof(
      fc.record({ do: fc.constant('commit' as const) }),
      fc.record({ do: fc.constant('release' as const), index: fc.nat(15) }),
      fc.record({ do: fc.constant('grant' as const), length: fc.integer({ min: 20, max: 32 }) }),
      fc.record({ do: fc.constant('accept' as const), index: fc.nat(15) }),
    );
    fc.assert(
      fc.property(fc.array(action, { maxLength: 40 }), (actions) => {
        let estate = whole();
        let counter = 0;
        for (const each of actions) {
          const before = paint(estate);
          let change: Change | undefined;
          if (each.do === 'commit') {
            const block = pickCommit(estate, pool);
            change = block === undefined ? undefined : { kind: 'commit', pool: 'p', block };
          } else if (each.do === 'release') {
            change = { kind: 'release', pool: 'p', block: `10.0.0.${each.index * 16}/28` };
          } else if (each.do === 'grant') change = giving(estate, 'b', each.length);
          else {
            const body = incoming(`10.0.0.${each.index * 16}/28`, 9, counter + 1);
            const record = signRecord(fakeSigner('b'), body);
            change = { kind: 'accept', from: 'b', counter: counter + 1, record };
          }
          if (change === undefined) continue;
          const next = applyChange(estate, change);
          if (!next.ok) {
            expect(paint(estate)).toBe(before);
            continue;
          }
          estate = next.value;
          const after = paint(estate);
          const differ = [...after].filter((cell, index) => cell !== before[index]).length;
          if (change.kind === 'commit' || change.kind === 'release') expect(differ).toBe(16);
          if (change.kind === 'grant') {
            const size = 2 ** (32 - prefixOf(change.record.body.prefix).length);
            expect(differ).toBe(size);
            const reserve = [...before].filter((cell) => cell === 'r').length;
            expect(size <= Math.max(16, reserve / 2)).toBe(true);
            expect(change.record.body.predecessors.length).toBeLessThanOrEqual(16);
          }
          if (change.kind === 'accept') counter += 1;
          expect(estate.in['b'] ?? 0).toBe(counter);
        }
      }),
    );
  });

  it('refuse what does not apply and leave the estate alone', () => {
    const estate = whole();
    const commit: Change = { kind: 'commit', pool: 'p', block: '10.0.0.0/28' };
    const committed = must(applyChange(estate, commit));
    expect(applyChange(committed, commit)).toMatchObject({ error: { code: 'not-reserve' } });
    expect(applyChange(estate, { kind: 'release', pool: 'p', block: '10.0.0.0/28' })).toMatchObject(
      { error: { code: 'not-committed' } },
    );
    const grant = giving(estate, 'b', 25) as Extract<Change, { kind: 'grant' }>;
    expect(applyChange(estate, { ...grant, counter: 2 })).toMatchObject({
      error: { code: 'counter' },
    });
    const given = must(applyChange(estate, grant));
    expect(applyChange(given, { ...grant, counter: 2 })).toMatchObject({
      error: { code: 'not-reserve' },
    });
    expect(applyChange(given, { kind: 'acknowledged', to: 'c', counter: 9 })).toMatchObject({
      error: { code: 'nothing' },
    });
  });

  it('never grant a committed block, nor half of one', () => {
    const block = pickCommit(whole(), pool) as string;
    const estate = must(applyChange(whole(), { kind: 'commit', pool: 'p', block }));
    const body = { ...incoming('10.0.0.0/25', 2), owner: 'b', predecessors: ['root'] };
    const record = signRecord(fakeSigner('a'), body);
    expect(applyChange(estate, { kind: 'grant', to: 'b', counter: 1, record })).toMatchObject({
      error: { code: 'not-reserve' },
    });
  });

  it('accept exactly once, in order, only what is for us and not ours already', () => {
    const empty = firstEstate('a', []);
    const record = signRecord(fakeSigner('b'), incoming('10.0.0.0/28'));
    const accept: Change = { kind: 'accept', from: 'b', counter: 1, record };
    const once = must(applyChange(empty, accept));
    expect(once.holdings).toEqual([
      {
        pool: 'p',
        prefix: '10.0.0.0/28',
        version: 5,
        record: recordId(record.body),
        use: 'reserve',
      },
    ]);
    expect(applyChange(once, accept)).toMatchObject({ error: { code: 'counter' } });
    expect(applyChange(once, { ...accept, counter: 3 })).toMatchObject({
      error: { code: 'counter' },
    });
    expect(applyChange(once, { ...accept, counter: 2 })).toMatchObject({
      error: { code: 'overlap' },
    });
    const foreign = signRecord(fakeSigner('b'), { ...incoming('10.0.0.16/28'), owner: 'c' });
    expect(applyChange(empty, { ...accept, record: foreign })).toMatchObject({
      error: { code: 'not-owner' },
    });
  });

  it('know which grants were acknowledged', () => {
    let estate = whole();
    for (const length of [28, 28, 28]) {
      estate = must(applyChange(estate, giving(estate, 'b', length) as Change));
    }
    expect(acknowledgedCounter(estate, 'b')).toBe(0);
    estate = must(applyChange(estate, { kind: 'acknowledged', to: 'b', counter: 2 }));
    expect(estate.outbox.map((entry) => entry.counter)).toEqual([3]);
    expect(acknowledgedCounter(estate, 'b')).toBe(2);
    estate = must(applyChange(estate, { kind: 'acknowledged', to: 'b', counter: 3 }));
    expect(acknowledgedCounter(estate, 'b')).toBe(3);
    expect(acknowledgedCounter(estate, 'c')).toBe(0);
  });
});

describe('picking', () => {
  it('gives half at most, near the size asked for, and the last block whole', () => {
    expect(pickGrant(whole(), pool, 24)).toBe('10.0.0.128/25');
    expect(pickGrant(whole(), pool, 27)).toBe('10.0.0.224/27');
    expect(pickGrant(whole(), pool, 32)).toBe('10.0.0.240/28');
    expect(pickGrant(whole('10.0.0.16/28'), pool, 24)).toBe('10.0.0.16/28');
    expect(pickGrant(firstEstate('a', []), pool, 24)).toBeUndefined();
  });

  it('puts neighbours of several records together, at most 16 of them', () => {
    const pieces = [...splitInto(prefixOf('10.0.0.0/16'), 22)].map(
      (prefix, index): Holding => ({
        pool: 'big',
        prefix: formatPrefix(prefix),
        version: index,
        record: `r${String(index).padStart(2, '0')}`,
        use: 'reserve',
      }),
    );
    const big: Pool = { name: 'big', prefix: '10.0.0.0/16', blockLength: 26, subnet: 'pool' };
    const estate = firstEstate('a', pieces);
    const prefix = pickGrant(estate, big, 16) as string;
    expect(prefix).toBe('10.0.192.0/18');
    const body = grantBody(estate, network, 'big', prefix, 'b');
    expect(body.predecessors).toHaveLength(16);
    expect(body.version).toBe(64);
    expect([...body.predecessors].sort()).toEqual(body.predecessors);
  });

  it('commits from the smallest aggregate', () => {
    const estate = firstEstate('a', [
      { pool: 'p', prefix: '10.0.0.0/25', version: 1, record: 'x', use: 'reserve' },
      { pool: 'p', prefix: '10.0.0.192/28', version: 1, record: 'y', use: 'reserve' },
    ]);
    expect(pickCommit(estate, pool)).toBe('10.0.0.192/28');
  });

  it('gives a fair share of huge pools, exactly, and never more than half', () => {
    const holding: Holding = {
      pool: 'six',
      prefix: 'fd00::/48',
      version: 1,
      record: 'x',
      use: 'reserve',
    };
    const six: Pool = { name: 'six', prefix: 'fd00::/48', blockLength: 122, subnet: 'pool' };
    expect(reserveBlocks([holding], 'six', 122)).toBe(Number.MAX_SAFE_INTEGER);
    const estate = firstEstate('a', [holding]);
    expect(pickGrant(estate, six, 49)).toBe('fd00:0:0:8000::/49');
    // One block of 2^74 is in use: half of the rest is less than a /49.
    const block = 'fd00::/122';
    const used = applyChange(estate, { kind: 'commit', pool: 'six', block });
    expect(used.ok && pickGrant(used.value, six, 49)).toBe('fd00:0:0:4000::/50');
  });
});
