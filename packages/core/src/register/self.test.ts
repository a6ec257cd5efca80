import { describe, expect, it } from 'vitest';
import { firstEstate } from '../estate/index.ts';
import { decideSelf, dropSelf, openSelf, proposeSelf, type Versioned } from './index.ts';

const first: Versioned = {
  ballot: { counter: 0, proposer: 'a', bootNonce: '' },
  estate: firstEstate('a', []),
};
const next = { ...first.estate, bootNonce: 'n1' };

describe('the self-register', () => {
  it('decides a value when it is durable, not before', () => {
    const proposed = proposeSelf(openSelf(first), next);
    expect(proposed.value).toBe(first);
    expect(proposed.proposed).toEqual({
      ballot: { counter: 1, proposer: 'a', bootNonce: 'n1' },
      estate: next,
    });
    const decided = decideSelf(proposed);
    expect(decided).toEqual({ value: proposed.proposed, proposed: undefined });
  });

  it('keeps the old value when the database refused, and can be asked again', () => {
    const dropped = dropSelf(proposeSelf(openSelf(first), next));
    expect(dropped).toEqual(openSelf(first));
    expect(proposeSelf(dropped, next).proposed.ballot.counter).toBe(1);
  });

  it('holds one write at a time: a second one, or an answer to none, is our bug', () => {
    const proposed = proposeSelf(openSelf(first), next);
    expect(() => proposeSelf(proposed, next)).toThrow('in flight');
    expect(() => decideSelf(openSelf(first))).toThrow('in flight');
    expect(() => dropSelf(openSelf(first))).toThrow('in flight');
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
