// What every replica must do, whatever it is made of.
import { describe, expect, test } from 'vitest';
import { fakeSigner, fakeVerify } from '../crypto/index.ts';
import { entryId, type SignedEntry } from '../ownership/index.ts';
import { announcement, freshView, grant, network, sample } from './fixtures.ts';
import { createPlainReplica } from './plainReplica.ts';
import type { Received, Replica, Update } from './types.ts';
import { createYjsReplica } from './yjsReplica.ts';

type Make = (member: string, storeId?: string) => Replica;

const makers: Readonly<Record<string, Make>> = {
  plain: (member, storeId = 'store') =>
    createPlainReplica({ network, member, storeId, verify: fakeVerify, view: freshView() }),
  yjs: (member, storeId = 'store') => {
    const signer = fakeSigner(member);
    return createYjsReplica({ network, signer, storeId, verify: fakeVerify, view: freshView() });
  },
};

for (const [kind, make] of Object.entries(makers))
  describe(`${kind} replica`, () => conforms(make));

function publish(replica: Replica, ...entries: SignedEntry[]): Update {
  const update = replica.prepare(entries) as Update;
  expect(replica.receive(update).refused).toBeUndefined();
  return update;
}

function pull(to: Replica, from: Replica): Received | undefined {
  const update = from.diff(to.vector());
  return update === undefined ? undefined : to.receive(update);
}

/** What both have to show, apart from who published it. */
function contents(replica: Replica): unknown {
  return {
    ids: replica.ids(),
    hash: replica.hash(),
    size: replica.size,
    members: [...replica.members].sort(),
    view: replica.view.canonicalBytes(),
  };
}

function conforms(make: Make): void {
  publishing(make);
  receiving(make);
  restoredPublishers(make);
}

function publishing(make: Make): void {
  test('prepare changes nothing; receive of it does', () => {
    const replica = make('a');
    const empty = replica.hash();
    const update = replica.prepare([grant(1), announcement('a', 1)]) as Update;
    expect([replica.size, replica.hash()]).toEqual([0, empty]);
    const received = replica.receive(update);
    expect(received.added).toEqual([grant(1), announcement('a', 1)]);
    expect(received.update).toEqual(update);
    expect(received.change.changed.length).toBeGreaterThan(0);
    expect(replica.view.lookup('default', '10.0.1.0/24')?.owner).toBe('member-1');
    expect(replica.members.get('a')?.sequence).toBe(1);
    expect(replica.get(entryId(grant(1)))).toEqual(grant(1));
    expect(replica.hash()).not.toBe(empty);
  });

  test('prepare leaves out what is in the set, and repeats', () => {
    const replica = make('a');
    publish(replica, grant(1));
    expect(replica.prepare([grant(1)])).toBeUndefined();
    const update = replica.prepare([grant(1), grant(2), grant(2)]) as Update;
    expect(replica.receive(update).added).toEqual([grant(2)]);
  });

  test('several prepared updates follow each other, and only in order', () => {
    const replica = make('a');
    const first = replica.prepare([grant(1)]) as Update;
    const second = replica.prepare([grant(2)]) as Update;
    expect(replica.receive(second).refused?.code).toBe('gap');
    expect(replica.receive(first).added).toEqual([grant(1)]);
    expect(replica.receive(second).added).toEqual([grant(2)]);
    expect(pull(make('b'), replica)?.added).toHaveLength(2);
  });

  test('a failed write is repeated with the same update, or given up', () => {
    const replica = make('a');
    const first = replica.prepare([grant(1)]);
    expect(replica.prepare([grant(1)])).toBe(first);
    expect(replica.prepare([grant(1), grant(2)])).not.toBe(first);
    replica.abandon();
    publish(replica, grant(3));
    expect(replica.ids()).toEqual([entryId(grant(3))]);
    publish(replica, grant(1), grant(2));
    expect(pull(make('b'), replica)?.added).toHaveLength(3);
  });

  test('what exceeds one update comes with the next', () => {
    const replica = make('a');
    const entries = Array.from({ length: 4100 }, (_, n) => grant(n));
    for (let left = entries.length, turn = 0; left > 0; left = entries.length - replica.size) {
      publish(replica, ...entries);
      turn += 1;
      expect(turn).toBeLessThan(10);
    }
    expect(replica.prepare(entries)).toBeUndefined();
  });

  test('publishing what everybody would refuse is a bug of ours', () => {
    const foreign = announcement('a', 1);
    const forged = { ...foreign, signature: new Uint8Array(64) };
    expect(() => make('a').prepare([forged])).toThrow('about to publish');
  });
}

function receiving(make: Make): void {
  test('union: any order, any number of times', () => {
    const [a, b, c] = [make('a'), make('b'), make('c')];
    for (let n = 0; n < 30; n += 1) publish(n % 2 ? a : b, sample(n));
    for (const from of [b, a, b]) pull(c, from);
    for (const from of [b, c, a]) pull(a, from);
    pull(b, a);
    expect(contents(a)).toEqual(contents(c));
    expect(contents(b)).toEqual(contents(c));
    expect(pull(b, c)).toBeUndefined();
  });

  test('twice is once', () => {
    const [a, b] = [make('a'), make('b')];
    const update = publish(a, grant(1));
    expect(b.receive(update).added).toHaveLength(1);
    expect(b.receive(update)).toMatchObject({ added: [], update: undefined });
    expect(b.receive(update).refused).toBeUndefined();
  });

  test('one entry published by two members is one entry', () => {
    const [a, b] = [make('a'), make('b')];
    publish(a, grant(1));
    publish(b, grant(1));
    const received = pull(a, b);
    expect(received).toMatchObject({ added: [] });
    expect(received?.update).toBeDefined();
    expect([a.size, a.hash()]).toEqual([1, b.hash()]);
  });

  test('a gap is refused and told, and filled by diff', () => {
    const [a, b] = [make('a'), make('b')];
    publish(a, grant(1));
    const later = publish(a, grant(2));
    expect(b.receive(later)).toMatchObject({ added: [], refused: { code: 'gap' } });
    expect(b.lacks(a.vector())).toBe(true);
    expect(a.lacks(b.vector())).toBe(false);
    expect(pull(b, a)?.added).toHaveLength(2);
    expect(b.lacks(a.vector())).toBe(false);
  });

  test("one publisher's gap does not hold up another", () => {
    const [a, b, behind, newcomer] = [make('a'), make('b'), make('c'), make('d')];
    behind.receive(publish(a, grant(1)));
    publish(a, grant(2));
    publish(b, grant(3));
    pull(b, a);
    const update = b.diff(behind.vector()) as Update;
    expect(newcomer.receive(update)).toMatchObject({ added: [grant(3)], refused: { code: 'gap' } });
    expect(pull(newcomer, b)?.added).toEqual([grant(1), grant(2)]);
  });

  test('diff comes in bounded parts that all fit', () => {
    const [a, b] = [make('a'), make('b')];
    for (let n = 0; n < 40; n += 1) publish(a, grant(n));
    let parts = 0;
    for (let update = a.diff(b.vector(), 4000); update; update = a.diff(b.vector(), 4000)) {
      expect(b.receive(update).refused).toBeUndefined();
      parts += 1;
    }
    expect(parts).toBeGreaterThan(5);
    expect(parts).toBeLessThanOrEqual(40);
    expect(b.hash()).toBe(a.hash());
  });

  test('the highest announcement wins, and of equals the same one everywhere', () => {
    const words = [announcement('x', 2, 'p'), announcement('x', 2, 'q'), announcement('x', 1)];
    const [a, b] = [make('a'), make('b')];
    publish(a, ...words);
    publish(b, ...[...words].reverse());
    expect(a.members.get('x')?.sequence).toBe(2);
    expect(a.members.get('x')).toEqual(b.members.get('x'));
    expect(a.members.size).toBe(1);
  });
}

function restoredPublishers(make: Make): void {
  /** `a` published 1 and was then restored to before that, and published 2 at the same place. */
  function forked(): { a: Replica; b: Replica } {
    const [before, a, b] = [make('a'), make('a'), make('b')];
    b.receive(publish(before, grant(1)));
    publish(a, grant(2));
    return { a, b };
  }

  test('equal vectors with different content show in the hash, and heal both ways', () => {
    const { a, b } = forked();
    expect(a.vector()).toEqual(b.vector());
    expect([a.diff(b.vector()), b.diff(a.vector())]).toEqual([undefined, undefined]);
    expect(a.hash()).not.toBe(b.hash());
    heal(a, b);
    expect(contents(a)).toEqual(contents(b));
  });

  test('a taken place is told, and the rest of the update is accepted', () => {
    const { a, b } = forked();
    publish(a, grant(3));
    const everything = a.diff(make('x').vector()) as Update;
    expect(b.receive(everything)).toMatchObject({ added: [grant(3)], refused: { code: 'taken' } });
    expect(b.has(entryId(grant(2)))).toBe(false);
    heal(a, b);
    expect(contents(a)).toEqual(contents(b));
  });

  test('a prepared update that lost its place is told so and prepared anew', () => {
    const [before, a, b] = [make('a'), make('a'), make('b')];
    b.receive(publish(before, grant(1)));
    const late = a.prepare([grant(2)]) as Update;
    pull(a, b);
    expect(a.receive(late)).toMatchObject({ added: [], refused: { code: 'taken' } });
    publish(a, grant(2));
    expect(pull(b, a)?.added).toEqual([grant(2)]);
  });

  test('an entry is published again once, however many peers lack it', () => {
    const { a, b } = forked();
    const [missing] = a.ids();
    a.receive(a.republish([missing as string]) as Update);
    expect(a.republish([missing as string])).toBeUndefined();
    expect(a.republish(['0'.repeat(64)])).toBeUndefined();
    expect(pull(b, a)?.added).toEqual([grant(2)]);
  });

  test('but more often when the places of the first time turn out to be taken', () => {
    const { a } = forked();
    const c = make('c');
    const before = make('a');
    for (const n of [1, 4, 5]) c.receive(publish(before, grant(n)));
    a.receive(a.republish(a.ids()) as Update);
    pull(a, c);
    expect(a.vector()).toEqual(c.vector());
    heal(a, c);
    expect(contents(a)).toEqual(contents(c));
  });
}

/** What anti-entropy does where vectors are equal or not: diffs, then ids, then diffs. */
function heal(one: Replica, other: Replica): void {
  pull(one, other);
  pull(other, one);
  const [has, had] = [new Set(one.ids()), new Set(other.ids())];
  for (const [replica, ids, peer] of [
    [one, has, had],
    [other, had, has],
  ] as const) {
    const update = replica.republish([...ids].filter((id) => !peer.has(id)));
    if (update !== undefined) replica.receive(update);
  }
  pull(one, other);
  pull(other, one);
}
