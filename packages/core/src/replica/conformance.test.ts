// What every replica must do, whatever it is made of.
import { describe, expect, test } from 'vitest';
import { entryId } from '../ownership/index.ts';
import { announcement, grant, proof, reclaim, sample } from './fixtures.ts';
import { contents, kinds, type Make, publish, pull } from './testReplicas.ts';
import type { Portion, Update } from './types.ts';

describe.each(kinds)('%s replica', (_, make) => {
  publishing(make);
  receiving(make);
});

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

  test('one proof published by two members is one entry', () => {
    const [a, b] = [make('a'), make('b')];
    publish(a, proof(0, 'a'));
    publish(b, proof(0, 'b'));
    expect(pull(a, b)).toMatchObject({ added: [] });
    expect([a.size, a.hash()]).toEqual([1, b.hash()]);
  });

  test('a proof is told with what it does to the view, and its book grows', () => {
    const replica = make('a');
    publish(replica, grant(1, 'silent'), reclaim(1));
    expect(replica.view.lookup('default', '10.0.1.0/24')?.owner).toBe('silent');
    expect(replica.registers.latest('silent')).toBeUndefined();
    const received = replica.receive(replica.prepare([proof(0)]) as Update);
    expect(received.added).toEqual([proof(0)]);
    expect(received.change.changed).toMatchObject([{ prefix: '10.0.1.0/24', owner: 'heir' }]);
    expect(replica.registers.latest('silent')?.epoch).toBe(2);
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

  test('each part of a diff says whether another follows', () => {
    const [a, b, c] = [make('a'), make('b'), make('c')];
    for (let n = 0; n < 40; n += 1) publish(a, grant(n));
    expect(a.portion(b.vector())?.more).toBe(false);
    let isLast = false;
    while (!isLast) {
      const { update, more } = a.portion(b.vector(), 4000) as Portion;
      b.receive(update);
      isLast = b.hash() === a.hash();
      expect(more).toBe(!isLast);
    }
    expect(a.portion(b.vector())).toBeUndefined();
    pull(c, a);
    expect(c.portion(a.vector())).toBeUndefined();
  });

  test('slices tell where two sets differ', () => {
    const [a, b] = [make('a'), make('b')];
    for (let n = 0; n < 40; n += 1) publish(a, grant(n));
    pull(b, a);
    publish(a, grant(99));
    const differ = [...'0123456789abcdef'].filter(
      (digit) => a.sliceHash(digit) !== b.sliceHash(digit),
    );
    const slice = entryId(grant(99)).slice(0, 1);
    expect(differ).toEqual([slice]);
    expect(a.ids(slice).filter((id) => !b.has(id))).toEqual([entryId(grant(99))]);
    expect(a.ids('no such')).toEqual([]);
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
