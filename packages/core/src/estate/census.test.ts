import { describe, expect, it } from 'vitest';
import { fakeSigner } from '../crypto/index.ts';
import { recordId, signRecord } from '../ownership/record.ts';
import type { RecordKind, SignedRecord } from '../ownership/types.ts';
import { must } from '../result.ts';
import { applyChange, type Change, type Estate, firstEstate } from './index.ts';

const network = `sha256:${'ab'.repeat(32)}`;
const root = '0'.repeat(64);

function record(prefix: string, owner: string, kind: RecordKind = 'reclaim'): SignedRecord {
  const body = { network, pool: 'default', prefix, version: 2, owner, predecessors: [root], kind };
  return signRecord(fakeSigner('w'), body);
}

const estate = firstEstate('m', [
  { pool: 'default', prefix: '10.0.0.0/24', version: 1, record: root, use: 'reserve' },
]);
const grant = record('10.0.0.0/26', 'x', 'grant');

function after(start: Estate, ...changes: readonly Change[]): Estate {
  return changes.reduce((before, change) => must(applyChange(before, change)), start);
}

function codeOf(start: Estate, change: Change): string {
  const changed = applyChange(start, change);
  return changed.ok ? 'ok' : changed.error.code;
}

const given: Change = { kind: 'grant', to: 'x', counter: 1, record: grant };
const shut: Change = { kind: 'shut', member: 'x' };
const inherited = [record('10.0.8.0/25', 'm'), record('10.0.9.0/24', 'm')];
const inherit: Change = { kind: 'inherit', from: 'x', counter: 1, records: inherited, rest: true };

describe('a member that is shut out', () => {
  it('has what was on its way to it; the record stays until it is published', () => {
    const closed = after(estate, given, shut);
    expect(closed).toMatchObject({ outbox: [], shut: ['x'], unpublished: [grant] });
    const ids = [recordId(grant.body)];
    const told = after(closed, { kind: 'published', records: ids });
    expect('unpublished' in told).toBe(false);
    expect(codeOf(told, { kind: 'published', records: ids })).toBe('nothing');
  });

  it('gets nothing, gives nothing, and takes nothing over, for ever', () => {
    const closed = after(estate, shut);
    const from = { kind: 'accept', from: 'x', counter: 1 } as const;
    expect(codeOf(closed, { ...from, record: record('10.0.8.0/24', 'm', 'grant') })).toBe('shut');
    expect(codeOf(closed, given)).toBe('shut');
    const records = [record('10.0.0.0/24', 'x')];
    expect(codeOf(closed, { kind: 'reclaim', to: 'x', counter: 1, records })).toBe('shut');
    expect(codeOf(closed, shut)).toBe('nothing');
    expect(codeOf(estate, { kind: 'shut', member: 'm' })).toBe('not-owner');
  });

  it('is listed in order, so that equal estates have equal hashes', () => {
    const one = after(estate, shut, { kind: 'shut', member: 'a' });
    expect(one).toEqual(after(estate, { kind: 'shut', member: 'a' }, shut));
  });
});

describe('an inheritance', () => {
  it('rests, is counted, and stays to be published', () => {
    const heir = after(estate, shut, inherit);
    expect(heir.holdings.map(({ prefix, use }) => `${prefix} ${use}`)).toEqual([
      '10.0.0.0/24 reserve',
      '10.0.8.0/25 resting',
      '10.0.9.0/24 resting',
    ]);
    expect(heir.in).toEqual({ x: 2 });
    expect(heir.unpublished).toEqual(inherited);
    expect(codeOf(heir, inherit)).toBe('counter');
  });

  it.each<[string, Estate, Change, string]>([
    ['from a member that was not given up', estate, inherit, 'shut'],
    ['out of order', after(estate, shut), { ...inherit, counter: 2 } as Change, 'counter'],
    ['of nothing', after(estate, shut), { ...inherit, records: [] } as Change, 'counter'],
    [
      'of a grant',
      after(estate, shut),
      { ...inherit, records: [record('10.0.8.0/24', 'm', 'grant')] } as Change,
      'record',
    ],
    [
      'for another',
      after(estate, shut),
      { ...inherit, records: [record('10.0.8.0/24', 'y')] } as Change,
      'not-owner',
    ],
    [
      'of what is here already, after something that is not',
      after(estate, shut),
      { ...inherit, records: [...inherited, record('10.0.0.0/25', 'm')] } as Change,
      'overlap',
    ],
  ])('%s is refused whole', (_name, start, change, code) => {
    expect(codeOf(start, change)).toBe(code);
  });

  it('that is not published yet survives the end of its heir', () => {
    const heir = after(estate, shut, inherit);
    const records = heir.holdings.map(({ prefix, version, record: before }) =>
      signRecord(fakeSigner('h'), {
        network,
        pool: 'default',
        prefix,
        version: version + 1,
        owner: 'h',
        predecessors: [before],
        kind: 'reclaim',
      }),
    );
    const sealed = after(heir, { kind: 'seal', to: 'h', counter: 1, records });
    expect(sealed.unpublished).toEqual(inherited);
    const ids = inherited.map(({ body }) => recordId(body));
    expect(after(sealed, { kind: 'published', records: ids }).unpublished).toBeUndefined();
  });
});
