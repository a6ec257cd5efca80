// A proposer that is refused, left alone or lied to, and one that changes the guardians.
import { describe, expect, it } from 'vitest';
import { type Ask, type Ballot, type Cell, type Goal, patience, type Rules } from './index.ts';
import {
  Guardians,
  give,
  giveAll,
  opened,
  owner,
  type Reply,
  read,
  ready,
  rulesOf,
  sent,
  setOf,
  start,
  three,
  timeout,
  value,
  write,
} from './testGuardians.ts';

describe('refusals', () => {
  it('for want of the parent are answered with the whole cell, to that guardian alone', () => {
    const [state, guardians] = ready();
    const one = guardians.run(start(state, write('v')), 'a', 'b');
    const step = start(one.state, write('w'));
    const [lacks] = guardians.replies(step, 'c') as [Reply];
    expect(lacks).toMatchObject({ type: 'refused', because: 'lacks' });
    const whole = give(step.state, lacks);
    expect(sent(whole)).toEqual(['c accept']);
    expect(whole.effects[0]?.message).toMatchObject({
      body: { kind: 'whole', cell: { value: 'vw' } },
    });
    expect(guardians.run(whole, 'c').state.phase).toMatchObject({ votes: { 'c/sc': {} } });
    const preparing = start(opened(), read).state;
    expect(give(preparing, lacks).effects).toEqual([]);
  });

  it('by too many make it go higher at once, and after that wait for a timeout', () => {
    const step = start(opened(), read);
    const ballot: Ballot = { counter: 1, proposer: owner, bootNonce: 'n' };
    const promised: Ballot = { counter: 7, proposer: 'y', bootNonce: 'm' };
    const no = (member: string, change: object = {}): Reply => ({
      owner,
      epoch: 1,
      guardian: { member, store: `s${member}` },
      type: 'refused',
      of: 'prepare',
      ballot,
      because: 'promised',
      promised,
      ...change,
    });
    const quiet = [
      no('a', { because: 'abstains' }),
      no('a', { because: 'invalid' }),
      no('a', { because: 'unseeded' }),
      no('a', { because: 'lacks' }),
      no('a', { of: 'accept' }),
      no('a', { ballot: promised }),
      no('a', { promised: { counter: 7, proposer: owner, bootNonce: 'n' } }),
    ];
    for (const each of quiet)
      expect(give(step.state, each)).toEqual({ state: step.state, effects: [] });
    const one = giveAll(step, [no('a'), no('a')]);
    expect(one.effects).toEqual([]);
    expect(one.state.phase).toMatchObject({ outbid: ['a/sa'] });
    const two = give(one.state, no('b', { because: 'nonce' }));
    expect(sent(two)).toEqual(['a prepare', 'b prepare', 'c prepare']);
    expect(two.effects[0]?.message).toMatchObject({ ballot: { counter: 8 } });
    const higher = { ballot: { counter: 8, proposer: owner, bootNonce: 'n' } };
    const older = no('c', {
      ...higher,
      promised: { counter: 9, proposer: owner, bootNonce: 'old' },
    });
    const three = giveAll(two, [older, no('a', higher)]);
    expect(three).toMatchObject({ effects: [], state: { phase: { kind: 'waiting' }, highest: 9 } });
    expect(give(three.state, no('b', higher))).toEqual({ state: three.state, effects: [] });
    const woken = timeout(three.state);
    expect(woken.effects[0]?.message).toMatchObject({ type: 'prepare', ballot: { counter: 10 } });
  });
});

describe('silence', () => {
  it('is asked again where no answer came, a few times, and then told', () => {
    const guardians = new Guardians();
    const step = start(opened('y', 'm'), read);
    let half = giveAll(step, guardians.replies(step, 'a'));
    for (let count = 1; count <= patience; count += 1) {
      half = timeout(half.state);
      expect(sent(half)).toEqual(['b prepare', 'c prepare']);
      expect(half.outcome).toBeUndefined();
    }
    const ended = timeout(half.state);
    const reason = 'fewer than 2 of 3 guardians of the register of x (epoch 1) answered';
    expect(ended).toMatchObject({ effects: [], outcome: { kind: 'unreachable', reason } });
    expect(timeout(ended.state)).toEqual({ state: ended.state, effects: [] });
    const waiting = { ...half.state, phase: { kind: 'waiting' as const } };
    expect(timeout(waiting).outcome).toEqual({
      kind: 'unreachable',
      reason: 'others keep writing to the register of x (epoch 1)',
    });
  });

  it('is never given up by the owner', () => {
    const guardians = new Guardians();
    const step = start(opened(), read);
    let half = giveAll(step, guardians.replies(step, 'a'));
    for (let count = 0; count <= 2 * patience; count += 1) half = timeout(half.state);
    expect(half.outcome).toBeUndefined();
    expect(sent(half)).toEqual(['b prepare', 'c prepare']);
  });

  it('in the middle of a write asks those who have not voted, and forgets the standing ballot', () => {
    const [state, guardians] = ready();
    const step = start(state, write('v'));
    const half = timeout(giveAll(step, guardians.replies(step, 'b')).state);
    expect(sent(half)).toEqual(['a accept', 'c accept']);
    expect(half.state.standing).toBeUndefined();
    expect(value(guardians.run(half, 'c'))).toBe('v');
  });
});

describe('a contradiction', () => {
  const lie = (rules: Rules<string, string>, letter: string) => {
    const ballot: Ballot = { counter: 3, proposer: 'y', bootNonce: 'm' };
    const cell: Cell<string> = { version: 1, mark: 'm', value: letter };
    const digest = rules.digest(owner, 1, cell);
    const statement = { kind: 'proposal' as const, owner, epoch: 1, ballot, digest };
    return { ballot, digest, signature: rulesOf('y').sign(statement), cell };
  };

  it('between promises freezes the register, with the proof to all', () => {
    const guardians = new Guardians();
    const step = start({ ...opened(), highest: 9 }, read);
    const [one, two] = guardians.replies(step, 'a', 'b') as [Reply, Reply];
    const rules = rulesOf(owner);
    const half = give(step.state, { ...one, accepted: lie(rules, 'v') } as Reply);
    const ended = give(half.state, { ...two, accepted: lie(rules, 'w') } as Reply);
    expect(ended.outcome).toMatchObject({
      kind: 'frozen',
      proof: { digests: ['1.1.v.m', '1.1.w.m'] },
    });
    expect(sent(ended)).toEqual(['a freeze', 'b freeze', 'c freeze']);
    expect(ended.state.goal).toBeUndefined();
    const [freeze] = ended.effects.map(({ message }) => message) as [
      Extract<Ask<string, string>, { type: 'freeze' }>,
    ];
    const { proof } = freeze;
    const [frozen] = guardians.replies(ended, 'a') as [Reply];
    expect(frozen).toMatchObject({ type: 'frozen', proof });
    const [state] = ready();
    const other = start(state, read).state;
    expect(give(other, frozen).outcome).toMatchObject({ kind: 'frozen' });
    expect(give(other, frozen).state).not.toHaveProperty('standing');
    const forged = { ...proof, signatures: [proof.signatures[0], proof.signatures[0]] as const };
    expect(give(other, { ...frozen, proof: forged } as Reply)).toEqual({
      state: other,
      effects: [],
    });
  });

  it('between ballots is none: the higher one counts', () => {
    const guardians = new Guardians();
    const step = start({ ...opened(), highest: 9 }, read);
    const [one, two] = guardians.replies(step, 'a', 'b') as [Reply, Reply];
    const half = give(step.state, { ...one, accepted: lie(rulesOf(owner), 'v') } as Reply);
    const kept = give(half.state, two);
    expect(kept.outcome).toBeUndefined();
    expect(sent(kept)).toEqual(['a accept', 'b accept', 'c accept']);
    expect(kept.effects[0]?.message).toMatchObject({ body: { kind: 'keep' }, digest: '1.1.v.m' });
  });
});

describe('a change of guardians', () => {
  const next = setOf(2, 'c', 'd', 'e');
  const move: Goal<string> = { kind: 'move', next };

  it('enlists all, stops the old set, seeds the new one, and ends there', () => {
    const [state, guardians] = ready();
    const enlist = start(state, move);
    expect(sent(enlist)).toEqual(['c enlist', 'd enlist', 'e enlist']);
    const replies = guardians.replies(enlist, 'c', 'd', 'e') as [Reply, Reply, Reply];
    const two = giveAll(enlist, [replies[0], replies[0], replies[1]]);
    expect(two.effects).toEqual([]);
    expect(sent(timeout(two.state))).toEqual(['e enlist']);
    const stop = give(two.state, replies[2]);
    expect(sent(stop)).toEqual(['a accept', 'b accept', 'c accept']);
    expect(stop.effects[0]?.message).toMatchObject({
      epoch: 1,
      body: { step: { changes: [], next } },
    });
    const seeding = giveAll(stop, guardians.replies(stop, 'a', 'b'));
    expect(sent(seeding)).toEqual(['c seed', 'd seed', 'e seed']);
    const seeded = guardians.replies(seeding, 'c', 'd', 'e') as [Reply, Reply, Reply];
    const half = giveAll(seeding, [seeded[0], seeded[0]]);
    expect(half.effects).toEqual([]);
    expect(sent(timeout(half.state))).toEqual(['d seed', 'e seed']);
    const prepare = give(half.state, seeded[1]);
    expect(prepare.effects[0]?.message).toMatchObject({ type: 'prepare', epoch: 2 });
    const done = guardians.run(prepare, 'c', 'd', 'e');
    expect(done.outcome).toMatchObject({
      kind: 'decided',
      value: { cell: { value: '|2', version: 2 } },
    });
    expect(done.state.set).toEqual(next);
    expect(value(guardians.run(start(done.state, write('v')), 'd', 'e'))).toBe('|2v');
  });

  // Guardians of both sets died before all of the next were seeded: no quorum was left (nightly seed 160000767).
  it('goes on from what one guardian of the old set has, where the Stop is proven', () => {
    const [state, guardians] = ready();
    const { seed } = guardians.run(start(state, move), 'a', 'b', 'c', 'd', 'e').state;
    const { stop, ballot, votes } = seed as NonNullable<typeof seed>;
    const digest = rulesOf(owner).digest(owner, 1, stop);
    const late = opened('y', 'm');
    for (const stops of [[], [{ ballot, digest: 'of another cell', votes, next }]]) {
      const alone = guardians.run(start({ ...late, highest: 20, stops }, read), 'c');
      expect(alone.state).toMatchObject({ set: three, phase: { kind: 'preparing' } });
    }
    const stops = [{ ballot, digest, votes, next }];
    const step = start({ ...late, highest: 40, stops }, read);
    const [promise] = guardians.replies(step, 'c') as [Reply];
    const seeding = give(step.state, promise);
    expect(sent(seeding)).toEqual(['c seed', 'd seed', 'e seed']);
    const fresh = new Guardians(setOf(9, 'q'));
    fresh.answer(owner, 'e', { owner, epoch: 2, type: 'enlist', set: next, previous: three });
    const [seeded] = fresh.replies(seeding, 'e') as [Reply];
    expect(seeded).toMatchObject({ type: 'seeded' });
    const half = give(seeding.state, seeded);
    const on = give(half.state, guardians.replies(seeding, 'c')[0] as Reply);
    expect(sent(on)).toEqual(['c prepare', 'd prepare', 'e prepare']);
    expect(on.state).toMatchObject({ set: next, seed: { stop } });
    expect(on.state.stops).toBeUndefined();
  });

  // A disk that went back to before the Stop, and the votes for it in the set, are all that is left (nightly seed 940000024).
  it('is worked out again from the cell before it, where it is proven, and from no other', () => {
    const [state, guardians] = ready();
    const { seed } = guardians.run(start(state, move), 'a', 'b', 'c', 'd', 'e').state;
    const { stop, ballot, votes } = seed as NonNullable<typeof seed>;
    const stops = [{ ballot, digest: rulesOf(owner).digest(owner, 1, stop), votes, next }];
    const late = { ...opened('y', 'm'), highest: 20, stops };
    const step = start(late, read);
    const [promise] = new Guardians().replies(step, 'a') as [Reply];
    expect(promise).toMatchObject({ type: 'promise', accepted: { cell: { version: 0 } } });
    expect(give(step.state, promise).state).toMatchObject({ set: next, seed });
    const older = new Guardians();
    older.run(start(opened(), write('v')), 'a', 'b', 'c');
    const [other] = older.replies(step, 'a') as [Reply];
    expect(other).toMatchObject({ type: 'promise', accepted: { cell: { version: 1 } } });
    expect(give(step.state, other).state).toMatchObject({ set: three });
  });

  it('is found by whoever knows the old set only, and carried on', () => {
    const [state, guardians] = ready();
    guardians.run(start(state, move), 'a', 'b', 'c', 'd', 'e');
    const late = start({ ...opened('y', 'm'), highest: 20 }, write('o'));
    const done = guardians.run(late, 'a', 'b', 'c', 'd', 'e');
    expect(done.outcome).toMatchObject({ kind: 'decided' });
    expect(value(done)).toBe('|2o');
    const same = guardians.run(
      start({ ...opened('z', 'l'), highest: 40 }, move),
      'a',
      'b',
      'c',
      'd',
      'e',
    );
    expect(same.outcome).toMatchObject({ kind: 'decided' });
    const other: Goal<string> = { kind: 'move', next: setOf(2, 'c', 'd', 'f') };
    const lost = guardians.run(
      start({ ...opened('w', 'k'), highest: 60 }, other),
      'a',
      'b',
      'c',
      'd',
      'e',
      'f',
    );
    expect(lost.outcome).toMatchObject({ kind: 'conflict' });
    expect(lost.state.set).toEqual(next);
  });

  /** A read among the next guardians, of which e missed its seed; `fresh` answers for that one. */
  function missed() {
    const [state, guardians] = ready();
    const moved = guardians.run(start(state, move), 'a', 'b', 'c', 'd', 'e').state;
    const fresh = new Guardians(setOf(9, 'q'));
    fresh.answer(owner, 'e', { owner, epoch: 2, type: 'enlist', set: next, previous: three });
    return { step: start(moved, read), guardians, fresh };
  }

  it('reaches a guardian that missed its seed when it says so', () => {
    const { step, fresh } = missed();
    const [unseeded] = fresh.replies(step, 'e') as [Reply];
    expect(unseeded).toMatchObject({ type: 'refused', because: 'unseeded' });
    const told = give(step.state, unseeded);
    expect(sent(told)).toEqual(['e seed']);
    const [seeded] = fresh.replies(told, 'e') as [Reply];
    expect(seeded).toMatchObject({ type: 'seeded' });
    expect(sent(give(told.state, seeded))).toEqual(['e prepare']);
  });

  // A copy of a guardian answers beside it: helping both at every answer was a storm (nightly seed 7600010).
  it('does not help a guardian that has answered already', () => {
    const { step, guardians, fresh } = missed();
    const [unseeded] = fresh.replies(step, 'e') as [Reply];
    const [seeded] = fresh.replies(give(step.state, unseeded), 'e') as [Reply];
    const [promise] = guardians.replies(step, 'e') as [Reply];
    expect(promise).toMatchObject({ type: 'promise' });
    const promised = give(step.state, promise).state;
    expect(sent(give(promised, unseeded))).toEqual([]);
    expect(sent(give(promised, seeded))).toEqual([]);
  });

  // Both are what the other is not: seeds and prepares to and fro doubled at each answer (nightly seed 110000060).
  it('helps a guardian once between two timeouts, whatever it and its copy answer', () => {
    const { step, fresh } = missed();
    const [unseeded] = fresh.replies(step, 'e') as [Reply];
    const told = give(step.state, unseeded);
    expect(sent(told)).toEqual(['e seed']);
    expect(sent(give(told.state, unseeded))).toEqual([]);
    const [seeded] = fresh.replies(told, 'e') as [Reply];
    const asked = give(told.state, seeded);
    expect(sent(asked)).toEqual(['e prepare']);
    expect(sent(give(asked.state, seeded))).toEqual([]);
    expect(sent(give(asked.state, unseeded))).toEqual([]);
    const late = timeout(asked.state).state;
    expect(sent(give(late, unseeded))).toEqual(['e seed']);
  });
});

describe('what comes late', () => {
  it('is no vote for the same cell under a higher ballot', () => {
    const [state, guardians] = ready();
    const step = start(state, write('v'));
    const votes = guardians.replies(step, 'a', 'b', 'c');
    const heir = start({ ...opened('y', 'm'), highest: 5 }, read);
    const [one] = guardians.replies(heir, 'a');
    const others = ['b', 'c'].map((member) => new Guardians().replies(heir, member)[0] as Reply);
    const kept = giveAll(heir, [one as Reply, others[0] as Reply]);
    expect(kept.effects[0]?.message).toMatchObject({ body: { kind: 'keep' }, digest: '1.1.v.n/1' });
    expect(giveAll(kept, votes)).toEqual({ state: kept.state, effects: [] });
  });

  it('is nothing to a proposer that is at something else', () => {
    const [state, guardians] = ready();
    const step = start(state, write('v'));
    const votes = guardians.replies(step, 'a', 'b', 'c');
    const reading = start({ ...opened(), highest: 5 }, read);
    expect(giveAll(reading, votes)).toMatchObject({ state: reading.state, effects: [] });
    const promises = guardians.replies(reading, 'a', 'b', 'c');
    const writing = start(state, write('w'));
    expect(giveAll(writing, promises)).toMatchObject({ state: writing.state, effects: [] });
    const enlisted: Reply = {
      owner,
      epoch: 1,
      guardian: setOf(1, 'a').members[0] as never,
      type: 'ready',
    };
    expect(give(writing.state, enlisted)).toEqual({ state: writing.state, effects: [] });
  });

  it('is a refusal of another start of ours like anybody else', () => {
    const step = start(opened(), read);
    const refused = (member: string, bootNonce: string): Reply => ({
      owner,
      epoch: 1,
      guardian: { member, store: `s${member}` },
      type: 'refused',
      of: 'prepare',
      ballot: { counter: 1, proposer: owner, bootNonce: 'n' },
      because: 'promised',
      promised: { counter: 3, proposer: owner, bootNonce },
    });
    expect(give(step.state, refused('a', 'n'))).toEqual({ state: step.state, effects: [] });
    expect(give(step.state, refused('a', 'older')).state.phase).toMatchObject({ outbid: ['a/sa'] });
  });
});
