// How a write to guardians ends, as the owner is told it: with a single guardian, played by the test.
import { expect, it } from 'vitest';
import { fakeSigner, fakeVerify } from '../crypto/index.ts';
import { type Estate, firstEstate } from '../estate/index.ts';
import {
  type Answer,
  type Ballot,
  type Cell,
  estateRules,
  type GuardedState,
  guardedRegister,
  openGuarded,
  type RegisterStep,
  type SendEffect,
} from './index.ts';

const network = 'sha256:test';
const guardian = { member: 'a', store: 'sa' };
const set = { epoch: 3, members: [guardian] };
const rules = estateRules(network, fakeSigner('x'), fakeVerify);
const register = guardedRegister(rules);
const about = { owner: 'x', epoch: 3, guardian };

type Step = RegisterStep<GuardedState, SendEffect>;

function cellOf(bootNonce: string): Cell<Estate> {
  return { version: 1, mark: 'm', value: { ...firstEstate('x', []), bootNonce } };
}

function signed(
  cell: Cell<Estate>,
  ballot: Ballot,
  by: string,
): { digest: string; signature: Uint8Array } {
  const digest = rules.digest('x', 3, cell);
  const statement = { kind: 'proposal' as const, owner: 'x', epoch: 3, ballot, digest };
  return { digest, signature: estateRules(network, fakeSigner(by), fakeVerify).sign(statement) };
}

/** Answers the prepare of a step: this cell was accepted from an heir. */
function promised(step: Step, cell: Cell<Estate>): Step {
  const message = step.effects[0]?.message;
  if (message?.type !== 'prepare') throw new Error('nobody asked for a promise');
  const ballot: Ballot = { counter: 2, proposer: 'h', bootNonce: 'k' };
  const accepted = { ballot, ...signed(cell, ballot, 'h'), cell };
  const answer: Answer<Estate> = { ...about, type: 'promise', ballot: message.ballot, accepted };
  return register.handle(step.state, { type: 'answer', from: 'a', answer });
}

function known(cell: Cell<Estate>): GuardedState {
  return promised(register.read(openGuarded('x', 'n', set, 4)), cell).state;
}

it('what was read is current, and nothing is before', () => {
  expect(register.current(openGuarded('x', 'n', set))).toBeUndefined();
  const state = known(cellOf('one'));
  const ballot = { counter: 2, proposer: 'h', bootNonce: 'k' };
  expect(register.current(state)).toEqual({ ballot, estate: cellOf('one').value });
  expect(register.busy(state)).toBe(false);
  expect(register.busy(register.read(state).state)).toBe(true);
});

it('a conflict tells the value that is there', () => {
  const changes = [{ kind: 'boot' as const, bootNonce: 'n' }];
  const write = register.compareAndSet(known(cellOf('one')), cellOf('n').value, changes);
  expect(write.effects.map(({ message }) => message.type)).toEqual(['accept']);
  const refused: Answer<Estate> = {
    ...about,
    type: 'refused',
    of: 'accept',
    ballot: { counter: 5, proposer: 'x', bootNonce: 'n' },
    because: 'promised',
    promised: { counter: 9, proposer: 'h', bootNonce: 'k' },
  };
  const again = register.handle(write.state, { type: 'answer', from: 'a', answer: refused });
  const other = { ...cellOf('other'), version: 2 };
  const { outcome } = promised(again, other);
  expect(outcome).toMatchObject({ kind: 'conflict', value: { estate: other.value } });
});

it('a frozen register tells the proof', () => {
  const ballot: Ballot = { counter: 2, proposer: 'h', bootNonce: 'k' };
  const [one, two] = [signed(cellOf('one'), ballot, 'h'), signed(cellOf('two'), ballot, 'h')];
  const digests = [one.digest, two.digest] as const;
  const proof = { ballot, digests, signatures: [one.signature, two.signature] as const };
  const { state } = register.read(known(cellOf('one')));
  const answer: Answer<Estate> = { ...about, type: 'frozen', proof };
  const frozen = register.handle(state, { type: 'answer', from: 'a', answer });
  expect(frozen.outcome).toEqual({ kind: 'frozen', proof });
});

it('a disk of its own has no say', () => {
  const input = { type: 'persistFailed' as const, reason: 'full' };
  expect(() => register.handle(known(cellOf('one')), input)).toThrow('guardians keep it');
});
