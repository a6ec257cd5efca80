import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { prefixOf } from '../address/index.ts';
import { fakeSigner } from '../crypto/index.ts';
import { recordId, signRecord } from '../ownership/record.ts';
import type { RecordBody, SignedRecord } from '../ownership/types.ts';
import { must } from '../result.ts';
import { applyChange, type Change, type Estate, firstEstate, reclaimBodies } from './index.ts';

const network = 'sha256:test';

/** x owns 10.0.0.0/24 of p: two committed blocks, the rest reserve. */
function dead(): Estate {
  const holding = { pool: 'p', prefix: '10.0.0.0/24', version: 1, record: 'root', use: 'reserve' };
  let estate = firstEstate('x', [{ ...holding, use: 'reserve' }]);
  for (const block of ['10.0.0.0/28', '10.0.0.16/28']) {
    estate = must(applyChange(estate, { kind: 'commit', pool: 'p', block }));
  }
  return estate;
}

function sign(body: RecordBody): SignedRecord {
  return signRecord(fakeSigner('h'), body);
}

function inherit(estate: Estate, heir: string, kind: 'reclaim' | 'seal'): Change {
  const records = reclaimBodies(estate, network, heir, kind).map(sign);
  return { kind, to: heir, counter: (estate.out[heir] ?? 0) + 1, records };
}

/** How many addresses stand in the holdings and in the outbox together. */
function addresses(estate: Estate): number {
  const prefixes = [
    ...estate.holdings.map(({ prefix }) => prefix),
    ...estate.outbox.map(({ record }) => record.body.prefix),
  ];
  return prefixes.reduce((sum, prefix) => sum + 2 ** (32 - prefixOf(prefix).length), 0);
}

function takeBack(estate: Estate, index: number, onwardTo?: string): Change {
  const entry = estate.outbox[index] as Estate['outbox'][number];
  const { body } = entry.record;
  const taken: RecordBody = {
    ...body,
    kind: 'take-back',
    owner: estate.member,
    version: body.version + 1,
    predecessors: [recordId(body)],
  };
  const change = { kind: 'takeBack' as const, to: entry.to, counter: entry.counter };
  if (onwardTo === undefined) return { ...change, record: sign(taken) };
  const on: RecordBody = {
    ...taken,
    kind: 'reclaim',
    owner: onwardTo,
    version: taken.version + 1,
    predecessors: [recordId(taken)],
  };
  const counter = (estate.out[onwardTo] ?? 0) + 1;
  return { ...change, record: sign(taken), onward: { to: onwardTo, counter, record: sign(on) } };
}

describe('reclaim of reserve', () => {
  it('hands all reserve to the heir and leaves what is in use', () => {
    const estate = dead();
    const after = must(applyChange(estate, inherit(estate, 'h', 'reclaim')));
    expect(after.holdings.map(({ use }) => use)).toEqual(['committed', 'committed']);
    expect(after.outbox.map(({ counter, rest }) => [counter, rest])).toEqual(
      after.outbox.map((_, index) => [index + 1, undefined]),
    );
    expect(addresses(after)).toBe(256);
    expect(after.out).toEqual({ h: after.outbox.length });
  });

  it('does not happen twice, nor to oneself, nor with records of other holdings', () => {
    const estate = dead();
    const change = inherit(estate, 'h', 'reclaim');
    const after = must(applyChange(estate, change));
    expect(applyChange(after, change)).toMatchObject({ error: { code: 'counter' } });
    expect(applyChange(after, inherit(after, 'h', 'reclaim'))).toMatchObject({
      error: { code: 'nothing' },
    });
    expect(applyChange(estate, inherit(estate, 'x', 'reclaim'))).toMatchObject({ ok: false });
    const fewer = { ...change, records: 'records' in change ? change.records.slice(1) : [] };
    expect(applyChange(estate, fewer as Change)).toMatchObject({ error: { code: 'record' } });
  });

  it('lets the owner go on with the rest', () => {
    const estate = dead();
    const after = must(applyChange(estate, inherit(estate, 'h', 'reclaim')));
    const released = applyChange(after, { kind: 'release', pool: 'p', block: '10.0.0.0/28' });
    expect(released.ok).toBe(true);
  });
});

describe('a seal', () => {
  const estate = dead();
  const sealed = must(applyChange(estate, inherit(estate, 'h', 'seal')));

  it('hands everything over, and what was in use arrives resting', () => {
    expect(sealed.holdings).toEqual([]);
    expect(addresses(sealed)).toBe(256);
    const resting = sealed.outbox
      .filter(({ rest }) => rest)
      .map(({ record }) => record.body.prefix);
    expect(resting).toEqual(['10.0.0.0/28', '10.0.0.16/28']);
    let heir = firstEstate('h', []);
    for (const { counter, record, rest } of sealed.outbox) {
      const change: Change = { kind: 'accept', from: 'x', counter, record };
      heir = must(applyChange(heir, rest ? { ...change, rest } : change));
    }
    expect(heir.holdings.filter(({ use }) => use === 'resting')).toHaveLength(2);
    const early = applyChange(heir, { kind: 'commit', pool: 'p', block: '10.0.0.0/28' });
    expect(early).toMatchObject({ error: { code: 'not-reserve' } });
    const rested = { kind: 'rested' as const, pool: 'p', prefix: '10.0.0.0/28' };
    const woken = must(applyChange(heir, rested));
    expect(applyChange(woken, { kind: 'commit', pool: 'p', block: '10.0.0.0/28' }).ok).toBe(true);
    expect(applyChange(woken, rested).ok).toBe(false);
  });

  it('with "now" waives the rest of what was in use here, never of what was resting here', () => {
    const rested = estate.holdings.map((each) =>
      each.prefix === '10.0.0.0/28' ? { ...each, use: 'resting' as const } : each,
    );
    const heir = { ...estate, holdings: rested };
    const rests = (change: Change): readonly string[] => {
      const { outbox } = must(applyChange(heir, change));
      return outbox.filter(({ rest }) => rest).map(({ record }) => record.body.prefix);
    };
    const change = inherit(heir, 'i', 'seal') as Change & { kind: 'seal' };
    expect(rests({ ...change, now: true })).toEqual(['10.0.0.0/28']);
    expect(rests(change)).toEqual(['10.0.0.0/28', '10.0.0.16/28']);
  });

  it('ends the estate: only the outbox still empties', () => {
    const record = (sealed.outbox[0] as Estate['outbox'][number]).record;
    const refused: readonly Change[] = [
      { kind: 'boot', bootNonce: 'n' },
      { kind: 'commit', pool: 'p', block: '10.0.0.32/28' },
      { kind: 'accept', from: 'y', counter: 1, record },
      inherit(sealed, 'i', 'seal'),
      inherit(sealed, 'i', 'reclaim'),
    ];
    for (const change of refused) {
      expect(applyChange(sealed, change)).toMatchObject({ error: { code: 'sealed' } });
    }
    const acknowledged = { kind: 'acknowledged' as const, to: 'h', counter: 1 };
    expect(must(applyChange(sealed, acknowledged)).outbox).toHaveLength(sealed.outbox.length - 1);
  });

  it('gives on to another heir what the first one never accepted, resting as before', () => {
    expect(applyChange(sealed, takeBack(sealed, 0))).toMatchObject({ error: { code: 'sealed' } });
    const after = must(applyChange(sealed, takeBack(sealed, 0, 'i')));
    expect(addresses(after)).toBe(256);
    expect(after.holdings).toEqual([]);
    expect(after.outbox.at(-1)).toMatchObject({ to: 'i', counter: 1, rest: true });
  });

  it('of an owner that has nothing is possible, and final', () => {
    const empty = firstEstate('x', []);
    expect(must(applyChange(empty, inherit(empty, 'h', 'seal')))).toMatchObject({ sealed: true });
  });
});

describe('taking back', () => {
  it('puts the grant back into reserve, once', () => {
    const estate = dead();
    const given = must(applyChange(estate, inherit(estate, 'h', 'reclaim')));
    const change = takeBack(given, 0);
    const after = must(applyChange(given, change));
    expect(addresses(after)).toBe(256);
    expect(after.out).toEqual(given.out);
    expect(applyChange(after, change)).toMatchObject({ error: { code: 'nothing' } });
  });
});

describe('pruning', () => {
  it('waits until nothing is on its way, and keeps the counter of what came from the member', () => {
    const estate = { ...dead(), in: { h: 4 } };
    const given = must(applyChange(estate, inherit(estate, 'h', 'reclaim')));
    const prune = { kind: 'prune' as const, member: 'h' };
    expect(applyChange(given, prune)).toMatchObject({ error: { code: 'counter' } });
    const counter = given.outbox.length;
    const idle = must(applyChange(given, { kind: 'acknowledged', to: 'h', counter }));
    const pruned = must(applyChange(idle, prune));
    expect([pruned.out, pruned.in]).toEqual([{}, { h: 4 }]);
    expect(applyChange(pruned, prune)).toMatchObject({ error: { code: 'nothing' } });
  });
});

it('keeps every address in exactly one place, whatever is inherited, taken back and acknowledged', () => {
  const action = fc.record({
    what: fc.constantFrom('reclaim', 'seal', 'back', 'release', 'commit'),
    index: fc.nat(15),
    heir: fc.constantFrom('h', 'i'),
  });
  fc.assert(
    fc.property(fc.array(action, { maxLength: 20 }), (actions) => {
      let estate = dead();
      for (const { what, index, heir } of actions) {
        const block = `10.0.0.${index * 16}/28`;
        let change: Change;
        if (what === 'reclaim' || what === 'seal') change = inherit(estate, heir, what);
        else if (what === 'back') {
          if (estate.outbox.length === 0) continue;
          const at = index % estate.outbox.length;
          change = takeBack(estate, at, estate.sealed ? heir : undefined);
        } else change = { kind: what === 'release' ? 'release' : 'commit', pool: 'p', block };
        const next = applyChange(estate, change);
        if (next.ok) estate = next.value;
        expect(addresses(estate)).toBe(256);
        if (estate.sealed) expect(estate.holdings).toEqual([]);
      }
    }),
  );
});
