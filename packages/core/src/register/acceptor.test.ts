import { describe, expect, it } from 'vitest';
import {
  type AcceptorEffect,
  type AcceptorInput,
  type AcceptorState,
  type Answer,
  type Ask,
  acceptorStep,
  type Ballot,
  bornRecord,
  enlistedRecord,
  nextBallot,
  openAcceptor,
  type Rules,
  silentHeartbeats,
} from './index.ts';

interface Letter {
  readonly letter: string;
}

type State = AcceptorState<string, Letter>;
type Effect = AcceptorEffect<string>;

/** Signatures are one byte: right or wrong. */
const rules: Rules<string, Letter> = {
  apply: (value, { letter }) => (letter === '!' ? undefined : value + letter),
  move: (value) => value,
  digest: (_owner, epoch, { version, value }) => `${epoch}.${version}.${value}`,
  sign: () => Uint8Array.of(1),
  verify: (_signer, _statement, signature) => signature[0] === 1,
};

const guardian = { member: 'g', store: 's' };
const ballot = (counter: number, proposer = 'x', bootNonce = 'n'): Ballot => ({
  counter,
  proposer,
  bootNonce,
});

function born(): State {
  return openAcceptor(bornRecord(rules, 'x', guardian, { version: 0, mark: '', value: '' }));
}

function prepare(at: Ballot): Ask<string, Letter> {
  return { owner: 'x', epoch: 1, type: 'prepare', ballot: at, has: '' };
}

function accept(
  at: Ballot,
  letter: string,
  parent = '1.0.',
  after = `1.1.${letter}`,
): Ask<string, Letter> {
  const step = { changes: [{ letter }], mark: '' };
  const body = { kind: 'step' as const, parent, step };
  const signature = Uint8Array.of(1);
  return { owner: 'x', epoch: 1, type: 'accept', ballot: at, digest: after, signature, body };
}

function step(
  state: State,
  input: AcceptorInput<string, Letter>,
): readonly [State, readonly Effect[]] {
  const { state: next, effects } = acceptorStep(rules, state, input);
  return [next, effects];
}

function ask(
  state: State,
  message: Ask<string, Letter>,
  from = 'x',
): readonly [State, readonly Effect[]] {
  return step(state, { type: 'ask', from, ask: message });
}

/** Asks, and lets whatever must be stored be stored. */
function answered(
  state: State,
  message: Ask<string, Letter>,
  from = 'x',
): readonly [State, Answer<string> | undefined] {
  let [next, effects] = ask(state, message, from);
  if (next.flight !== undefined) [next, effects] = step(next, { type: 'persisted' });
  const sent = effects.find((each) => each.type === 'send');
  return [next, sent?.message];
}

describe('durability', () => {
  it('answers only after the promise or the value is stored', () => {
    const [waiting, effects] = ask(born(), prepare(ballot(1)));
    expect(effects.map(({ type }) => type)).toEqual(['persist']);
    const [promised, sent] = step(waiting, { type: 'persisted' });
    expect(sent).toMatchObject([{ type: 'send', to: 'x', message: { type: 'promise' } }]);
    const [accepting, storing] = ask(promised, accept(ballot(1), 'a'));
    expect(storing).toMatchObject([{ type: 'persist', record: { accepted: { digest: '1.1.a' } } }]);
    expect(step(accepting, { type: 'persisted' })[1]).toMatchObject([
      { message: { type: 'accepted', digest: '1.1.a' } },
    ]);
  });

  it('leaves no trace of what could not be stored, and works off what waited', () => {
    const [waiting] = ask(born(), prepare(ballot(5)));
    const [queued, none] = ask(waiting, prepare(ballot(2)));
    expect(none).toEqual([]);
    const [after, effects] = step(queued, { type: 'persistFailed' });
    expect(after.record.promised.counter).toBe(0);
    expect(effects).toMatchObject([{ type: 'persist', record: { promised: { counter: 2 } } }]);
    expect(() => step(born(), { type: 'persisted' })).toThrow('in flight');
    expect(() => step(born(), { type: 'persistFailed' })).toThrow('in flight');
  });

  it('needs no disk to say what it said before, or no', () => {
    const [promised] = answered(born(), prepare(ballot(3)));
    expect(ask(promised, prepare(ballot(3)))[1]).toMatchObject([{ type: 'send' }]);
    expect(ask(promised, prepare(ballot(2)))[1]).toMatchObject([
      { message: { type: 'refused', because: 'promised', promised: { counter: 3 } } },
    ]);
  });

  it('holds a bounded number of messages while it stores', () => {
    let [state] = ask(born(), prepare(ballot(1)));
    for (let counter = 2; counter < 200; counter += 1)
      [state] = ask(state, prepare(ballot(counter)));
    expect(state.waiting).toHaveLength(64);
  });
});

describe('proposals', () => {
  it('promise the next ballot of their proposer with the acceptance', () => {
    const [state] = answered(born(), accept(ballot(1), 'a'));
    expect(state.record.promised).toEqual(nextBallot(ballot(1)));
    const [, no] = answered(state, prepare(ballot(2, 'w')), 'w');
    expect(no).toMatchObject({ type: 'refused', because: 'promised' });
    const [, yes] = answered(state, accept(ballot(2), 'b', '1.1.a', '1.2.ab'));
    expect(yes).toMatchObject({ type: 'accepted', digest: '1.2.ab' });
  });

  it('are recomputed: a step that does not give its digest, or does not apply, is invalid', () => {
    const invalid = { type: 'refused', because: 'invalid' };
    expect(answered(born(), accept(ballot(1), 'a', '1.0.', '1.1.b'))[1]).toMatchObject(invalid);
    expect(answered(born(), accept(ballot(1), '!'))[1]).toMatchObject(invalid);
    expect(
      answered(born(), { ...accept(ballot(1), 'a'), signature: Uint8Array.of(0) } as Ask<
        string,
        Letter
      >)[1],
    ).toMatchObject(invalid);
    expect(answered(born(), accept(ballot(1), 'a'), 'y')[1]).toMatchObject(invalid);
  });

  it('come whole to a guardian that lacks the parent', () => {
    const late = accept(ballot(2), 'b', '1.1.a', '1.2.ab');
    const [state, no] = answered(born(), late);
    expect(no).toMatchObject({ type: 'refused', because: 'lacks' });
    const cell = { version: 2, mark: '', value: 'ab' };
    const whole = { ...late, body: { kind: 'whole' as const, cell } } as Ask<string, Letter>;
    expect(answered(state, whole)[1]).toMatchObject({ type: 'accepted' });
    const keep = { ...late, body: { kind: 'keep' as const } } as Ask<string, Letter>;
    expect(answered(state, keep)[1]).toMatchObject({ because: 'lacks' });
  });

  it('of two values under one ballot freeze the register, for ever, with the proof', () => {
    const [state] = answered(born(), accept(ballot(1), 'a'));
    const [again, same] = answered(state, accept(ballot(1), 'a'));
    expect(same).toMatchObject({ type: 'accepted' });
    const [frozen, proof] = answered(again, accept(ballot(1), 'b'));
    expect(proof).toMatchObject({ type: 'frozen', proof: { digests: ['1.1.a', '1.1.b'] } });
    expect(answered(frozen, prepare(ballot(9)))[1]).toMatchObject({ type: 'frozen' });
    const told = {
      owner: 'x',
      epoch: 1,
      type: 'freeze' as const,
      proof: frozen.record.frozen as never,
    };
    expect(answered(born(), told)[1]).toMatchObject({ type: 'frozen' });
    const [kept] = answered(born(), {
      ...told,
      proof: { ...(frozen.record.frozen as object), digests: ['d', 'd'] } as never,
    });
    expect(kept.record.frozen).toBeUndefined();
  });
});

describe('what an acceptor abstains from', () => {
  const set = { epoch: 2, members: [guardian] };
  const previous = { epoch: 1, members: [{ member: 'x', store: 'o' }] };
  const fresh = (): State => openAcceptor(enlistedRecord('x', guardian, set, previous));
  const enlist: Ask<string, Letter> = { owner: 'x', epoch: 2, type: 'enlist', set, previous };
  const stop = { version: 4, mark: '', value: 'v', next: set };
  const vote = { guardian: { member: 'x', store: 'o' }, signature: Uint8Array.of(1) };
  const seed = { from: previous, stop, ballot: ballot(7), votes: [vote] };
  const sow: Ask<string, Letter> = { owner: 'x', epoch: 2, type: 'seed', seed };

  it('answers for no value before it is seeded, and stores that it is ready before it says so', () => {
    expect(answered(fresh(), prepare(ballot(1)))[1]).toMatchObject({ because: 'unseeded' });
    expect(answered(fresh(), sow)[1]).toMatchObject({ because: 'invalid' });
    expect(ask(fresh(), enlist)[1]).toMatchObject([{ type: 'persist', record: { ready: true } }]);
    const [ready] = answered(fresh(), enlist);
    const [seeded, answer] = answered(ready, sow);
    expect(answer).toMatchObject({ type: 'seeded' });
    expect(seeded.record.accepted).toMatchObject({ ballot: { counter: 0 }, cell: { version: 5 } });
    expect(answered(seeded, { ...sow })[0].record).toBe(seeded.record);
  });

  it('takes no seed without a quorum of the set before, of another set, or with another epoch', () => {
    const [ready] = answered(fresh(), enlist);
    const bad = [
      { ...seed, votes: [] },
      { ...seed, votes: [{ ...vote, signature: Uint8Array.of(0) }] },
      { ...seed, votes: [{ ...vote, guardian: { member: 'x', store: 'new disk' } }] },
      { ...seed, from: set },
      { ...seed, stop: { version: 4, mark: '', value: 'v' } },
      { ...seed, stop: { ...stop, next: { epoch: 3, members: [guardian] } } },
      {
        ...seed,
        stop: { ...stop, next: { epoch: 2, members: [{ ...guardian, store: 'other' }] } },
      },
    ];
    for (const each of bad) {
      const [after, answer] = answered(ready, { ...sow, seed: each } as Ask<string, Letter>);
      expect(answer).toMatchObject({ because: 'invalid' });
      expect(after.record.accepted).toBeUndefined();
    }
  });

  it('is ready only for the epoch after the set that it was told first', () => {
    const [ready] = answered(fresh(), enlist);
    expect(answered(ready, { ...enlist })[1]).toMatchObject({ type: 'ready' });
    expect(answered(ready, { ...enlist, previous: set } as Ask<string, Letter>)[1]).toMatchObject({
      because: 'invalid',
    });
    const skipped = openAcceptor<string, Letter>(
      enlistedRecord('x', guardian, { ...set, epoch: 3 }, previous),
    );
    expect(answered(skipped, { ...enlist, epoch: 3 })[1]).toMatchObject({ because: 'invalid' });
  });

  it('keeps silent for ever once it suspects its own state, also about what it was storing', () => {
    const [storing] = ask(born(), prepare(ballot(1)));
    let [state, effects] = step(storing, { type: 'suspect', reason: 'older than others saw' });
    expect(effects).toEqual([]);
    [state, effects] = step(state, { type: 'persisted' });
    expect(effects).toMatchObject([
      { type: 'persist', record: { abstains: 'older than others saw' } },
    ]);
    [state, effects] = step(state, { type: 'persistFailed' });
    expect(effects).toEqual([]);
    [state, effects] = ask(state, prepare(ballot(2)));
    expect(effects).toMatchObject([
      { type: 'persist', record: { abstains: 'older than others saw' } },
    ]);
    [state, effects] = step(state, { type: 'persisted' });
    expect(effects).toMatchObject([{ message: { because: 'abstains' } }]);
    expect(answered(state, accept(ballot(3), 'a'))[1]).toMatchObject({ because: 'abstains' });
    expect(answered(state, { ...enlist, epoch: 1 })[1]).toMatchObject({ because: 'abstains' });
  });

  it('takes a new start of the owner once the old one was silent for three heartbeats', () => {
    const restarted = prepare(ballot(9, 'x', 'n2'));
    let [state] = step(born(), { type: 'heard', bootNonce: 'n' });
    for (let beat = 0; beat < silentHeartbeats; beat += 1) {
      expect(answered(state, restarted)[1]).toMatchObject({ because: 'nonce' });
      expect(answered(state, prepare(ballot(9, 'h')), 'h')[1]).toMatchObject({ type: 'promise' });
      [state] = step(state, { type: 'heard', bootNonce: 'n2' });
      [state] = step(state, { type: 'heartbeat' });
    }
    expect(answered(state, restarted)[1]).toMatchObject({ type: 'promise' });
    [state] = step(born(), { type: 'heard', bootNonce: 'n' });
    [state] = step(state, { type: 'left', bootNonce: 'n' });
    expect(answered(state, restarted)[1]).toMatchObject({ type: 'promise' });
  });
});

describe('pacing', () => {
  const restarted = ballot(9, 'x', 'n2');
  const alive = (): State => step(born(), { type: 'heard', bootNonce: 'n' })[0];

  it('holds back promises and values of a new start alike, and of the owner only', () => {
    const refusal = { type: 'refused', because: 'nonce' };
    expect(answered(alive(), prepare(restarted))[1]).toMatchObject(refusal);
    expect(answered(alive(), accept(restarted, 'a'))[1]).toMatchObject(refusal);
    expect(answered(alive(), accept(ballot(9), 'a'))[1]).toMatchObject({ type: 'accepted' });
    expect(answered(alive(), accept(ballot(9, 'h', 'k'), 'a'), 'h')[1]).toMatchObject({
      type: 'accepted',
    });
  });

  it('is about the start that was heard: signs of others change nothing', () => {
    const [other] = step(alive(), { type: 'left', bootNonce: 'n2' });
    expect(answered(other, prepare(restarted))[1]).toMatchObject({ because: 'nonce' });
    const [left] = step(born(), { type: 'left', bootNonce: 'n' });
    expect(left).toEqual(born());
    expect(step(born(), { type: 'heartbeat' })[0]).toEqual(born());
    let [again] = step(alive(), { type: 'heartbeat' });
    [again] = step(again, { type: 'heard', bootNonce: 'n' });
    expect(again.heard).toEqual({ bootNonce: 'n', silent: 0 });
    for (let beat = 0; beat < silentHeartbeats; beat += 1) {
      [again] = step(again, { type: 'heartbeat' });
    }
    [again] = step(again, { type: 'heard', bootNonce: 'n2' });
    expect(again.heard).toEqual({ bootNonce: 'n2', silent: 0 });
  });
});

describe('what was accepted', () => {
  it('is kept under a higher ballot without being sent again', () => {
    const [state] = answered(born(), accept(ballot(1), 'a'));
    const keep = { ...accept(ballot(5, 'y'), 'a'), body: { kind: 'keep' as const } };
    const [after, answer] = answered(state, keep as Ask<string, Letter>, 'y');
    expect(answer).toMatchObject({ type: 'accepted', ballot: ballot(5, 'y'), digest: '1.1.a' });
    expect(after.record.accepted).toMatchObject({ cell: { value: 'a' }, ballot: ballot(5, 'y') });
    const [, promise] = answered(after, prepare(ballot(7, 'z')), 'z');
    expect(promise).toHaveProperty('accepted.cell');
    const known = { ...prepare(ballot(8, 'z')), has: '1.1.a' } as Ask<string, Letter>;
    expect(answered(after, known, 'z')[1]).not.toHaveProperty('accepted.cell');
  });

  it('has no successor once it is a Stop', () => {
    const cell = { version: 3, mark: '', value: 'v', next: { epoch: 2, members: [guardian] } };
    const whole = {
      ...accept(ballot(1), 'v', '', '1.3.v'),
      body: { kind: 'whole' as const, cell },
    };
    const [stopped] = answered(born(), whole as Ask<string, Letter>);
    expect(stopped.record.accepted?.cell).toEqual(cell);
    const more = accept(ballot(2), 'w', '1.3.v', '1.4.vw');
    expect(answered(stopped, more)[1]).toMatchObject({ because: 'invalid' });
  });
});

it('a seed is refused by a store that abstains, and when it skips an epoch', () => {
  const previous = { epoch: 1, members: [{ member: 'x', store: 'o' }] };
  const set = { epoch: 3, members: [guardian] };
  const record = { ...enlistedRecord<string>('x', guardian, set, previous), ready: true };
  const vote = { guardian: { member: 'x', store: 'o' }, signature: Uint8Array.of(1) };
  const stop = { version: 4, mark: '', value: 'v', next: set };
  const seed = { from: previous, stop, ballot: ballot(7), votes: [vote] };
  const sow: Ask<string, Letter> = { owner: 'x', epoch: 3, type: 'seed', seed };
  expect(answered(openAcceptor(record), sow)[1]).toMatchObject({ of: 'seed', because: 'invalid' });
  const silent = openAcceptor<string, Letter>({ ...record, abstains: 'rolled back' });
  expect(answered(silent, sow)[1]).toMatchObject({ of: 'seed', because: 'abstains' });
});
