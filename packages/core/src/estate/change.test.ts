// Single changes and their refusals, one by one: what each leaves alone and what each looks at.
import { describe, expect, it } from 'vitest';
import { fakeSigner } from '../crypto/index.ts';
import { recordId, signRecord } from '../ownership/record.ts';
import type { RecordBody } from '../ownership/types.ts';
import { must } from '../result.ts';
import {
  acknowledgedCounter,
  applyChange,
  type Change,
  firstEstate,
  type Holding,
} from './index.ts';

const network = 'sha256:test';
const none = '0'.repeat(64);

function held(prefix: string, change: Partial<Holding> = {}): Holding {
  return { pool: 'p', prefix, version: 1, record: 'root', use: 'reserve', ...change };
}

function granted(prefix: string, owner: string, change: Partial<RecordBody> = {}): RecordBody {
  const predecessors = ['root'];
  return { network, pool: 'p', prefix, version: 2, owner, predecessors, kind: 'grant', ...change };
}

function grant(body: RecordBody, counter = 1): Change {
  return { kind: 'grant', to: body.owner, counter, record: signRecord(fakeSigner('a'), body) };
}

function accept(body: RecordBody, counter = 1): Change {
  return { kind: 'accept', from: 'b', counter, record: signRecord(fakeSigner('b'), body) };
}

it('a first estate has given, taken and sent nothing, and keeps its own register', () => {
  const { holdings, ...rest } = firstEstate('a', [held('10.0.0.128/25'), held('10.0.0.0/25')]);
  expect(holdings).toEqual([held('10.0.0.0/24')]);
  const guardians = { epoch: 1, members: [] };
  expect(rest).toEqual({ member: 'a', out: {}, in: {}, outbox: [], guardians, bootNonce: '' });
});

it('a boot changes the nonce and nothing else', () => {
  const estate = firstEstate('a', [held('10.0.0.0/24')]);
  const after = must(applyChange(estate, { kind: 'boot', bootNonce: 'second' }));
  expect(after).toEqual({ ...estate, bootNonce: 'second' });
});

it('a released block is reserve again and merges with the rest', () => {
  const estate = firstEstate('a', [held('10.0.0.0/24')]);
  const block = { pool: 'p', block: '10.0.0.16/28' };
  const used = must(applyChange(estate, { kind: 'commit', ...block }));
  expect(used.holdings).toContainEqual(held('10.0.0.16/28', { use: 'committed' }));
  expect(must(applyChange(used, { kind: 'release', ...block }))).toEqual(estate);
});

describe('a grant', () => {
  const estate = firstEstate('a', [
    held('fd00::/64'),
    held('fd00:0:0:1::/65'),
    held('10.0.0.0/24'),
  ]);

  it('gives what is wholly in reserve, in both families', () => {
    const body = granted('fd00::/65', 'b');
    const after = must(applyChange(estate, grant(body)));
    const left = [held('10.0.0.0/24'), held('fd00::8000:0:0:0/65'), held('fd00:0:0:1::/65')];
    expect(after.holdings).toEqual(left);
    expect(after.outbox.map(({ to, counter }) => [to, counter])).toEqual([['b', 1]]);
    expect(after.out).toEqual({ b: 1 });
  });

  it.each<[string, RecordBody]>([
    ['held in part', granted('fd00::/63', 'b')],
    ['not held', granted('10.0.1.0/24', 'b')],
    ['held in another pool', granted('10.0.0.0/24', 'b', { pool: 'q' })],
    ['held under another record', granted('10.0.0.0/24', 'b', { predecessors: [none] })],
  ])('of what is %s is refused', (_, body) => {
    expect(applyChange(estate, grant(body))).toMatchObject({ error: { code: 'not-reserve' } });
  });
});

describe('an accepted grant', () => {
  const estate = firstEstate('a', [held('10.0.0.0/24')]);
  const given = must(applyChange(estate, grant(granted('10.0.0.128/25', 'c'))));

  it('must not overlap what is on its way to others: it would be ours and theirs', () => {
    const back = accept(granted('10.0.0.128/26', 'a', { version: 3 }));
    expect(applyChange(given, back)).toMatchObject({ error: { code: 'overlap' } });
    const arrived = must(applyChange(given, { kind: 'acknowledged', to: 'c', counter: 1 }));
    expect(applyChange(arrived, back).ok).toBe(true);
  });

  it('may have the addresses of another pool', () => {
    const change = accept(granted('10.0.0.128/26', 'a', { pool: 'q' }));
    const after = must(applyChange(given, change));
    const record = change.kind === 'accept' ? recordId(change.record.body) : '';
    expect(after.holdings.at(-1)).toEqual(held('10.0.0.128/26', { pool: 'q', version: 2, record }));
    expect(after.in).toEqual({ b: 1 });
    const beside = accept(granted('10.0.1.0/24', 'a', { predecessors: [none] }));
    expect(applyChange(given, beside).ok).toBe(true);
  });
});

describe('an acknowledgement', () => {
  it('clears the outbox for its sender only', () => {
    const estate = firstEstate('a', [held('10.0.0.0/24')]);
    const first = must(applyChange(estate, grant(granted('10.0.0.128/25', 'c'))));
    const both = must(applyChange(first, grant(granted('10.0.0.64/26', 'b'))));
    const after = must(applyChange(both, { kind: 'acknowledged', to: 'c', counter: 1 }));
    expect(after.outbox.map(({ to }) => to)).toEqual(['b']);
    expect(acknowledgedCounter(after, 'c')).toBe(1);
    expect(acknowledgedCounter(after, 'b')).toBe(0);
    const twice = applyChange(after, { kind: 'acknowledged', to: 'c', counter: 1 });
    expect(twice).toMatchObject({ error: { code: 'nothing' } });
  });
});
