import { encode } from 'cborg';
import { describe, expect, it } from 'vitest';
import type { Estate } from '../estate/types.ts';
import type { Cell } from '../register/index.ts';
import { seedBallot } from '../register/index.ts';
import { must } from '../result.ts';
import { decodeMessage, encodeMessage, maxFrameBytes } from './index.ts';

const owner = '12D3';
const value: Estate = {
  member: owner,
  holdings: [],
  out: {},
  in: {},
  outbox: [],
  guardians: { epoch: 1, members: [] },
  bootNonce: '',
};
const stop: Cell<Estate> = { version: 1, mark: '', value };
const from = { epoch: 1, members: [] };
const holding = {
  pool: 'p',
  prefix: '10.0.0.0/26',
  version: 1,
  record: 'ab'.repeat(32),
  use: 'reserve',
};

/** What comes of a good question with one field put wrong. */
function refusal(good: object, wrong: object): string {
  const result = decodeMessage(
    encode({ type: 'register', ask: { owner, epoch: 1, ...good, ...wrong } }),
  );
  return result.ok ? 'ok' : result.error.message;
}

describe('a question about a register', () => {
  const ballot = { counter: 1, proposer: owner, bootNonce: 'n' };
  const prepare = { type: 'prepare', ballot, has: '' };
  const cases: readonly (readonly [string, object, string])[] = [
    ['epoch', { epoch: -1 }, 'at ask.epoch'],
    ['half a counter', { ballot: { ...ballot, counter: 0.5 } }, 'at ask.ballot.counter'],
    ['nonce', { ballot: { ...ballot, bootNonce: 'x'.repeat(65) } }, 'at ask.ballot.bootNonce'],
    ['digest', { has: 'AB' }, 'at ask.has'],
    ['type', { type: 'obey' }, 'at ask.type'],
    ['field too many', { more: 1 }, 'more'],
  ];
  it.each(cases)('is refused for its %s', (_name, wrong, place) => {
    expect(refusal(prepare, {})).toBe('ok');
    expect(refusal(prepare, wrong)).toContain(place);
  });
});

describe('an estate on the wire', () => {
  const seed = (change: object, more: object = {}) => ({
    seed: {
      from,
      ballot: seedBallot,
      votes: [],
      stop: { ...stop, value: { ...value, ...change } },
      ...more,
    },
  });
  const cases: readonly (readonly [string, object, string])[] = [
    ['counter of nobody', seed({ in: { 'no id': 1 } }), 'at ask.seed.stop.value.in'],
    ['prefix', seed({ holdings: [{ ...holding, prefix: '10.0.0.1/26' }] }), 'holdings.0.prefix'],
    ['use', seed({ holdings: [{ ...holding, use: 'mine' }] }), 'holdings.0.use'],
    ['seal', seed({ sealed: false }), 'value.sealed'],
    ['record', seed({ outbox: [{ to: owner, counter: 1, record: {} }] }), 'outbox.0.record'],
    ['votes', seed({}, { votes: Array(17).fill(0) }), 'at ask.seed.votes'],
    [
      'guardians',
      seed({}, { from: { epoch: 1, members: Array(17).fill(0) } }),
      'seed.from.members',
    ],
  ];
  it.each(cases)('is refused for its %s', (_name, wrong, place) => {
    expect(refusal({ type: 'seed' }, seed({ holdings: [holding] }))).toBe('ok');
    expect(refusal({ type: 'seed' }, wrong)).toContain(place);
  });

  it('fits into a frame when its owner traded with thousands', () => {
    const digits = '123456789A';
    const names = Array.from({ length: 4000 }, (_, i) =>
      [...`${i}`].map((digit) => digits[Number(digit)]).join(''),
    );
    const counters = Object.fromEntries(
      names.map((name, i) => [`12D3KooW${name.padStart(44, 'z')}`, i + 1]),
    );
    const large: Cell<Estate> = { ...stop, value: { ...value, out: counters, in: counters } };
    const frame = encodeMessage({
      type: 'register',
      ask: {
        type: 'seed',
        owner,
        epoch: 2,
        seed: { from, stop: large, ballot: seedBallot, votes: [] },
      },
    });
    expect(frame.length).toBeLessThan(maxFrameBytes / 2);
    expect(must(decodeMessage(frame))).toMatchObject({ ask: { seed: { stop: large } } });
  });
});
