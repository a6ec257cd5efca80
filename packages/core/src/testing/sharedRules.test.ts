// What nodes of a simulation share is what each would have worked out for itself.
import { expect, test } from 'vitest';
import { fakeSigner, fakeVerify } from '../crypto/index.ts';
import { type Change, firstEstate } from '../estate/index.ts';
import { estateRules } from '../register/index.ts';
import { sharedRules } from './sharedRules.ts';

const network = 'n'.repeat(64);
const make = sharedRules(network, fakeVerify);
const [ann, bob] = [make(fakeSigner('ann')), make(fakeSigner('bob'))];
const real = estateRules(network, fakeSigner('ann'), fakeVerify);
const holding = {
  pool: 'default',
  prefix: '10.0.0.0/24',
  version: 1,
  record: 'a'.repeat(64),
  use: 'reserve' as const,
};
const estate = firstEstate('ann', [holding]);
const commit: Change = { kind: 'commit', pool: 'default', block: '10.0.0.64/26' };

test('values are worked out once, as the real rules work them out', () => {
  const after = ann.apply(estate, commit);
  expect(after).toEqual(real.apply(estate, commit));
  expect(bob.apply(estate, commit)).toBe(after);
  const elsewhere: Change = { kind: 'commit', pool: 'default', block: '10.9.0.0/26' };
  for (const rules of [ann, bob, real]) expect(rules.apply(estate, elsewhere)).toBeUndefined();
  const next = { epoch: 2, members: [{ member: 'bob', store: 's' }] };
  expect(ann.move(estate, next)).toEqual(real.move(estate, next));
  expect(bob.move(estate, next)).toBe(ann.move(estate, next));
  expect(bob.move(estate, { ...next, epoch: 3 })).not.toEqual(ann.move(estate, next));
});

test('whatever a cell differs in, its digest is the real one', () => {
  const next = { epoch: 3, members: [{ member: 'bob', store: 's' }] };
  const cell = { version: 4, mark: 'x/1', value: estate };
  const other = real.apply(estate, commit) ?? estate;
  const cells = [
    cell,
    { ...cell, version: 5 },
    { ...cell, mark: 'x/2' },
    { ...cell, next },
    { ...cell, value: other },
  ];
  const seen = new Set<string>();
  for (const each of [...cells, ...cells]) {
    for (const [owner, epoch] of [
      ['ann', 2],
      ['bob', 2],
      ['ann', 3],
    ] as const) {
      const digest = ann.digest(owner, epoch, each);
      expect(digest).toBe(real.digest(owner, epoch, each));
      seen.add(digest);
    }
  }
  expect(seen.size).toBe(cells.length * 3);
});

test('a signature holds for its member and its statement only', () => {
  const ballot = { counter: 1, proposer: 'ann', bootNonce: 'x' };
  const statement = { kind: 'proposal' as const, owner: 'ann', epoch: 1, ballot, digest: 'd' };
  const signature = ann.sign(statement);
  expect(signature).toEqual(real.sign(statement));
  for (const rules of [ann, bob, real]) {
    expect(rules.verify('ann', statement, signature)).toBe(true);
    expect(rules.verify('ann', statement, real.sign(statement))).toBe(true);
    expect(rules.verify('bob', statement, signature)).toBe(false);
    const guardian = { member: 'ann', store: 's' };
    const wrong = [
      { ...statement, digest: 'e' },
      { ...statement, epoch: 2 },
      { ...statement, owner: 'bob' },
      { ...statement, kind: 'vote' as const },
      { ...statement, guardian },
      { ...statement, ballot: { ...ballot, counter: 2 } },
      { ...statement, ballot: { ...ballot, proposer: 'bob' } },
      { ...statement, ballot: { ...ballot, bootNonce: 'y' } },
    ];
    for (const each of wrong) expect(rules.verify('ann', each, signature)).toBe(false);
  }
});
