import { must, ok, refuse } from '@hedgerow/core';
import { describe, expect, it } from 'vitest';
import { type LastStart, type Notes, noteStart } from './lastStart.ts';
import type { MachineIds } from './machine.ts';

/** Notes in memory. */
function notesIn(kept: Map<string, string>): Notes {
  return {
    note: (name) => ok(kept.get(name)),
    putNotes: (notes) => {
      for (const [name, value] of Object.entries(notes)) kept.set(name, String(value));
      return ok(undefined);
    },
  };
}

const here: MachineIds = { machine: 'a1', generation: 'g1' };

/** One life of a store: each call is a start. */
function store(): (
  registered: string,
  next: string,
  machine?: MachineIds,
  adopt?: boolean,
) => LastStart {
  const notes = notesIn(new Map());
  return (registered, next, machine = here, adopt = false) =>
    must(noteStart(notes, { registered, next, machine, adopt }));
}

describe('boot nonces', () => {
  it('are those of all starts, whatever became of their writes', () => {
    const start = store();
    expect(start('', 'n1').nonces).toEqual(['']);
    expect(start('', 'n2').nonces).toEqual(['', 'n1']);
    expect(start('', 'n3').nonces).toEqual(['', 'n1', 'n2']);
    expect(start('n2', 'n4').nonces).toEqual(['n2', 'n1', 'n3']);
    expect(start('n4', 'n5').nonces).toEqual(['n4', 'n1', 'n2', 'n3']);
  });

  it('of a store that went back are its own only', () => {
    const kept = new Map<string, string>();
    const notes = notesIn(kept);
    const at = (registered: string, next: string): readonly string[] =>
      must(noteStart(notes, { registered, next, machine: here, adopt: false })).nonces;
    at('', 'n1');
    const snapshot = new Map(kept);
    at('n1', 'n2');
    at('n2', 'n3');
    const restored = notesIn(snapshot);
    const { nonces } = must(
      noteStart(restored, { registered: 'n1', next: 'n4', machine: here, adopt: false }),
    );
    expect(nonces).toEqual(['n1']);
  });

  it('do not pile up without end while starts fail', () => {
    const start = store();
    for (let i = 0; i < 1200; i++) start('', `n${i}`);
    const { nonces } = start('', 'last');
    expect(nonces.length).toBe(1001);
    expect(nonces.at(-1)).toBe('n1199');
  });
});

describe('a machine', () => {
  it('is noted by the first start, and not suspected while it stays', () => {
    const start = store();
    expect(start('', 'n1')).not.toHaveProperty('suspicion');
    expect(start('n1', 'n2')).not.toHaveProperty('suspicion');
    expect(start('n2', 'n3', {})).not.toHaveProperty('suspicion');
    expect(start('n3', 'n4')).not.toHaveProperty('suspicion');
  });

  it('is suspected when an id changed, at each start until an operator adopts it', () => {
    const start = store();
    start('', 'n1', { machine: 'a1' });
    const moved = { machine: 'b2', generation: 'g1' };
    const { suspicion } = start('n1', 'n2', moved);
    expect(suspicion).toBe('the machine id was a1 and is b2');
    expect(start('n2', 'n3', moved).suspicion).toBe(suspicion);
    expect(start('n3', 'n4', moved, true)).not.toHaveProperty('suspicion');
    expect(start('n4', 'n5', moved)).not.toHaveProperty('suspicion');
    expect(start('n5', 'n6', here).suspicion).toBe('the machine id was b2 and is a1');
  });

  it('is suspected when it went back to a snapshot', () => {
    const start = store();
    start('', 'n1');
    const { suspicion } = start('n1', 'n2', { ...here, generation: 'g2' });
    expect(suspicion).toBe('the vm generation id was g1 and is g2');
    expect(start('n2', 'n3', { machine: 'c3', generation: 'g2' }).suspicion).toMatch(
      /machine id was a1 and is c3, and the vm generation id was g1/,
    );
  });
});

it('a start whose nonce could not be noted does not begin', () => {
  const full: Notes = {
    note: () => ok(undefined),
    putNotes: () => refuse('storage-full', 'no room'),
  };
  const refused = noteStart(full, { registered: '', next: 'n', machine: here, adopt: false });
  expect(refused).toMatchObject({ ok: false, error: { code: 'storage-full' } });
});
