// A publisher restored from an old state uses places twice. Every replica must notice and heal it alike.
import { describe, expect, test } from 'vitest';
import { entryId } from '../ownership/index.ts';
import { grant } from './fixtures.ts';
import { contents, heal, kinds, type Make, publish, pull } from './testReplicas.ts';
import type { Replica, Update } from './types.ts';

describe.each(kinds)('%s replica', (_, make) => restoredPublishers(make));

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
