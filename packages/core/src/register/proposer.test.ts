// A proposer that reads and writes, message by message: what it asks whom, and what it takes for an answer.
import { describe, expect, it } from 'vitest';
import { utf8 } from '../crypto/bytes.ts';
import type { Ballot } from './index.ts';
import {
  first,
  Guardians,
  give,
  giveAll,
  opened,
  owner,
  type Reply,
  read,
  ready,
  type State,
  sent,
  start,
  timeout,
  value,
  write,
} from './testGuardians.ts';

describe('a read', () => {
  it('asks all, ends with a quorum that agrees, and leaves a ballot that stands', () => {
    const guardians = new Guardians();
    const step = start(opened(), read);
    const ballot: Ballot = { counter: 1, proposer: owner, bootNonce: 'n' };
    const message = { owner, epoch: 1, type: 'prepare', ballot, has: '' };
    expect(step.effects).toEqual(['a', 'b', 'c'].map((to) => ({ type: 'send', to, message })));
    const [one, two, three] = guardians.replies(step, 'a', 'b', 'c') as [Reply, Reply, Reply];
    const half = give(step.state, one);
    expect(half).toMatchObject({ effects: [] });
    expect(half.outcome).toBeUndefined();
    const done = give(half.state, two);
    expect(done.outcome).toMatchObject({ kind: 'decided', value: { cell: first } });
    expect(done.effects).toEqual([]);
    expect(done.state).toMatchObject({ standing: ballot, tries: 0, phase: { kind: 'idle' } });
    expect(done.state.goal).toBeUndefined();
    expect(give(done.state, three)).toEqual({ state: done.state, effects: [] });
  });

  it('is spared the cell that it has, and takes no other for it', () => {
    const [state, guardians] = ready();
    const step = start(state, read);
    expect(step.effects[0]?.message).toMatchObject({ has: state.current?.digest });
    const replies = guardians.replies(step, 'a', 'b') as [Reply, Reply];
    expect(replies[0]).not.toHaveProperty('accepted.cell');
    expect(giveAll(step, replies).outcome).toMatchObject({
      kind: 'decided',
      value: { cell: first },
    });
    const stranger = { ...step.state, current: undefined } as unknown as State;
    expect(giveAll({ ...step, state: stranger }, replies).outcome).toBeUndefined();
    const other = { ...(state.current as object), digest: 'other' } as State['current'] & object;
    expect(
      giveAll({ ...step, state: { ...step.state, current: other } }, replies).outcome,
    ).toBeUndefined();
  });

  it('makes sure of what less than a quorum holds before it says so', () => {
    const [state, guardians] = ready();
    const half = start(state, write('h'));
    guardians.replies(half, 'a');
    const step = start({ ...opened('y', 'm'), highest: 5 }, read);
    const kept = giveAll(step, guardians.replies(step, 'a', 'b'));
    expect(kept.outcome).toBeUndefined();
    expect(kept.effects[0]?.message).toMatchObject({ type: 'accept', body: { kind: 'keep' } });
    const done = guardians.run(kept, 'a', 'b', 'c');
    expect(done.outcome).toMatchObject({ kind: 'decided' });
    expect(value(done)).toBe('h');
  });

  it('counts each guardian once, and no promise that contradicts itself', () => {
    const guardians = new Guardians();
    const [state] = ready();
    guardians.run(start(state, write('v')), 'a', 'b', 'c');
    const step = start({ ...opened('y', 'm'), highest: 5 }, read);
    const [good, other] = guardians.replies(step, 'a', 'b') as [
      Extract<Reply, { type: 'promise' }>,
      Reply,
    ];
    expect(good.accepted.cell?.value).toBe('v');
    const half = give(step.state, good);
    const lies: readonly Reply[] = [
      good,
      { ...other, ballot: { ...good.ballot, counter: 9 } } as Reply,
      { ...other, accepted: { ...good.accepted, digest: '1.9.lie.' } } as Reply,
      { ...other, accepted: { ...good.accepted, cell: first } } as Reply,
      { ...other, accepted: { ...good.accepted, signature: utf8('nobody') } } as Reply,
      { ...other, owner: 'z' },
      { ...other, epoch: 2 },
      { ...other, guardian: { member: 'b', store: 'new disk' } },
      { ...other, guardian: { member: 'd', store: 'sd' } },
    ];
    for (const lie of lies)
      expect(give(half.state, lie)).toEqual({ state: half.state, effects: [] });
    expect(give(half.state, other, 'c')).toEqual({ state: half.state, effects: [] });
    expect(value(give(half.state, other))).toBe('v');
  });
});

describe('a write', () => {
  it('is one round under the standing ballot, decided by a quorum of true votes', () => {
    const [state, guardians] = ready();
    const step = start(state, write('v'));
    expect(sent(step)).toEqual(['a accept', 'b accept', 'c accept']);
    expect(step.effects[0]?.message).toMatchObject({
      body: { kind: 'step', parent: '1.0..', step: { changes: ['v'], mark: 'n/1' } },
    });
    const [one, two, three] = guardians.replies(step, 'a', 'b', 'c') as [Reply, Reply, Reply];
    const half = give(step.state, one);
    expect(half.outcome).toBeUndefined();
    const lies: readonly Reply[] = [
      one,
      { ...two, digest: '1.1.w.n/1' } as Reply,
      { ...two, ballot: { counter: 7, proposer: owner, bootNonce: 'n' } } as Reply,
      { ...two, signature: utf8('b') } as Reply,
    ];
    for (const lie of lies)
      expect(give(half.state, lie)).toEqual({ state: half.state, effects: [] });
    const done = give(half.state, two);
    expect(done.outcome).toMatchObject({
      kind: 'decided',
      value: { cell: { version: 1, mark: 'n/1' } },
    });
    expect(done.state.standing).toEqual({ counter: 2, proposer: owner, bootNonce: 'n' });
    expect(done.state.highest).toBe(2);
    expect(give(done.state, three)).toEqual({ state: done.state, effects: [] });
    expect(value(guardians.run(start(done.state, write('w')), 'b', 'c'))).toBe('vw');
  });

  it('reads first where nothing is known, or where its base is not what is known', () => {
    const guardians = new Guardians();
    const step = start(opened(), write('v'));
    expect(sent(step)).toEqual(['a prepare', 'b prepare', 'c prepare']);
    expect(value(guardians.run(step, 'a', 'c'))).toBe('v');
    const [state] = ready();
    expect(sent(start(state, write('v', 'elsewhere')))[0]).toBe('a prepare');
  });

  it('over another cell is a conflict, and one that does not apply too', () => {
    const [state, guardians] = ready();
    const base = state.current?.digest as string;
    const other = guardians.run(start(opened('y', 'm'), write('o')), 'a', 'b', 'c');
    expect(other.outcome).toMatchObject({ kind: 'decided' });
    const late = timeout(start(state, write('v', base)).state);
    expect(late.effects).not.toEqual([]);
    const conflict = guardians.run(
      start({ ...state, highest: 9, standing: undefined } as unknown as State, write('v', base)),
      'a',
      'b',
      'c',
    );
    expect(conflict.outcome).toMatchObject({ kind: 'conflict' });
    expect(value(conflict)).toBe('o');
    const bad = guardians.run(start({ ...opened(), highest: 20 }, write('!')), 'a', 'b', 'c');
    expect(bad.outcome).toMatchObject({ kind: 'conflict' });
    expect(value(bad)).toBe('o');
    expect(() => start(start(state, read).state, read)).toThrow('in work');
  });

  it('that was not answered is found again: by its cell, or by the mark underneath', () => {
    const [state, guardians] = ready();
    const step = start(state, write('v'));
    guardians.replies(step, 'a', 'b');
    const retried = timeout({ ...step.state, tries: 0 });
    expect(sent(retried)).toEqual(['a accept', 'b accept', 'c accept']);
    const outbid = guardians.run(
      start({ ...opened('y', 'm'), highest: 4 }, write('o')),
      'a',
      'b',
      'c',
    );
    expect(value(outbid)).toBe('vo');
    const refused = guardians.replies(retried, 'a', 'b', 'c');
    expect(refused.map((each) => each.type === 'refused' && each.because)).toEqual([
      'promised',
      'promised',
      'promised',
    ]);
    const again = giveAll(retried, refused.slice(0, 1));
    expect(again.effects).toEqual([]);
    const higher = give(again.state, refused[1] as Reply);
    expect(sent(higher)).toEqual([]);
    const after = timeout(higher.state);
    expect(sent(after)).toEqual(['a prepare', 'b prepare', 'c prepare']);
    const found = guardians.run(after, 'a', 'b', 'c');
    expect(found.outcome).toMatchObject({ kind: 'decided' });
    expect(value(found)).toBe('vo');
  });

  it('of an heir that is found under others is uncertain: heirs leave no mark', () => {
    const [state, guardians] = ready('h');
    const step = start(state, write('v'));
    expect(step.effects[0]?.message).toMatchObject({ body: { step: { mark: '' } } });
    guardians.replies(step, 'a', 'b', 'c');
    guardians.run(start({ ...opened('y', 'm'), highest: 4 }, write('o')), 'a', 'b', 'c');
    const after = timeout(giveAll(step, guardians.replies(timeout(step.state), 'a', 'b')).state);
    expect(guardians.run(timeout(after.state), 'a', 'b', 'c').outcome).toMatchObject({
      kind: 'uncertain',
    });
  });
});
