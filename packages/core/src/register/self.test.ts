import { describe, expect, it } from 'vitest';
import { firstEstate } from '../estate/index.ts';
import { openSelf, selfRegister, type Versioned } from './index.ts';

const first: Versioned = {
  ballot: { counter: 0, proposer: 'a', bootNonce: '' },
  estate: firstEstate('a', []),
};
const next = { ...first.estate, bootNonce: 'n1' };

describe('the self-register', () => {
  it('decides a value when it is durable, not before', () => {
    const proposed = selfRegister.compareAndSet(openSelf(first), next);
    expect(selfRegister.current(proposed.state)).toBe(first);
    expect(selfRegister.busy(proposed.state)).toBe(true);
    expect(proposed.effects).toEqual([
      {
        type: 'persist',
        value: { ballot: { counter: 1, proposer: 'a', bootNonce: 'n1' }, estate: next },
      },
    ]);
    const decided = selfRegister.handle(proposed.state, { type: 'persisted' });
    expect(decided.outcome).toMatchObject({ kind: 'decided', value: { estate: next } });
    expect(selfRegister.current(decided.state)?.estate).toBe(next);
    expect(selfRegister.busy(decided.state)).toBe(false);
  });

  it('keeps the old value when the database refused, and can be asked again', () => {
    const proposed = selfRegister.compareAndSet(openSelf(first), next);
    const failed = selfRegister.handle(proposed.state, { type: 'persistFailed', reason: 'full' });
    expect(failed.outcome).toEqual({ kind: 'conflict', value: first });
    expect(selfRegister.current(failed.state)).toBe(first);
    const again = selfRegister.compareAndSet(failed.state, next);
    expect(again.effects).toHaveLength(1);
  });

  it('reads what is decided', () => {
    expect(selfRegister.read(openSelf(first)).outcome).toEqual({ kind: 'decided', value: first });
  });

  it('holds one write at a time: a second one, or an answer to none, is our bug', () => {
    const proposed = selfRegister.compareAndSet(openSelf(first), next);
    expect(() => selfRegister.compareAndSet(proposed.state, next)).toThrow('in flight');
    expect(() => selfRegister.handle(openSelf(first), { type: 'persisted' })).toThrow('in flight');
  });
});

it('asks nobody else: answers and timeouts are not its own', () => {
  const open = openSelf(first);
  expect(selfRegister.handle(open, { type: 'timeout' })).toEqual({ state: open, effects: [] });
  const proposed = selfRegister.compareAndSet(open, next).state;
  expect(selfRegister.handle(proposed, { type: 'timeout' })).toEqual({
    state: proposed,
    effects: [],
  });
  const failed = selfRegister.handle(proposed, { type: 'persistFailed', reason: 'full' });
  expect(failed).toEqual({ state: open, effects: [], outcome: { kind: 'conflict', value: first } });
  expect(selfRegister.handle(proposed, { type: 'persisted' }).effects).toEqual([]);
  expect(selfRegister.read(open)).toMatchObject({ state: open, effects: [] });
});
