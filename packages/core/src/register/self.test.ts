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
});
