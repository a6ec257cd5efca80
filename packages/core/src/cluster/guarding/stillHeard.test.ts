import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeSigner, fakeVerify } from '../../crypto/index.ts';
import { firstEstate } from '../../estate/index.ts';
import { seedBallot } from '../../register/index.ts';
import { createLedger, createPlainReplica } from '../../replica/index.ts';
import { leastRestMs } from '../blocks/index.ts';
import type { Turn } from '../state/index.ts';
import { createNode, peerOf } from '../state/index.ts';
import { keep } from './acceptors.ts';
import { goneHeard, onStillHeard } from './stillHeard.ts';

const [owner, here, other, early, late] = ['x', 'h', 'z', 'early', 'late'];
const key = 'default 10.0.0.0/26';
const nowMs = 1_000_000;
const sets = [[early, other], [late]].map((members, index) => ({
  epoch: index + 2,
  members: members.map((member) => ({ member, store: `s${member}` })),
}));

let turn: Turn;

beforeEach(() => {
  const authorities = [here];
  const genesis = { cluster: 't', nonce: '0'.repeat(32), pools: [], founders: [], authorities };
  const register = { ballot: seedBallot, estate: firstEstate(here, []) };
  const verify = fakeVerify;
  const ledger = createLedger({ network: 'n', roots: [], verify, authorities });
  const replica = createPlainReplica({ network: 'n', member: here, storeId: 's', verify, ledger });
  const { registers } = replica;
  vi.spyOn(registers, 'isGone').mockImplementation((member) => member === owner);
  vi.spyOn(registers, 'latest').mockImplementation((of) => (of === owner ? sets[1] : undefined));
  vi.spyOn(registers, 'setOf').mockImplementation((of, epoch) =>
    of === owner ? sets[epoch - 2] : undefined,
  );
  const env = { nowMs, random: () => 0.5, signer: fakeSigner(here), verify, replica };
  const state = createNode({ member: here, genesis, register, store: 's' });
  state.rests.set(key, nowMs + 1);
  turn = { state, env, effects: [], local: [], happens: () => {} };
});

function connect(...members: readonly string[]): void {
  for (const member of members) peerOf(turn.state, turn.env, member).connected = true;
}

/** This node keeps the register of the owner. */
function guard(): void {
  const guardian = { member: here, store: 's' };
  const set = { epoch: 2, members: [guardian] };
  const cell = { version: 1, mark: '', value: firstEstate(owner, []) };
  const accepted = { ballot: seedBallot, digest: 'd', signature: new Uint8Array(0), cell };
  const about = { owner, guardian, set, previous: set };
  keep(turn.state, { ...about, ready: true, promised: seedBallot, accepted });
}

describe('a block goes on resting', () => {
  it.each([
    ['of its latest set', late],
    ['of a set before', early],
  ])('when a guardian %s still hears the member that it came from', (_which, from) => {
    onStillHeard(turn, from, owner);
    expect(turn.state.rests.get(key)).toBe(nowMs + leastRestMs(turn.state));
  });

  it.each([
    ['somebody who never kept its register', 'stranger', owner],
    ['a guardian of a member that is not gone', late, other],
  ])('not for the word of %s', (_whose, from, about) => {
    onStillHeard(turn, from, about);
    expect(turn.state.rests.get(key)).toBe(nowMs + 1);
  });

  it('and is never called shorter: a rest that lasts longer is left as it is', () => {
    turn.state.rests.set(key, nowMs + 1e9);
    onStillHeard(turn, late, owner);
    expect(turn.state.rests.get(key)).toBe(nowMs + 1e9);
  });

  it('while this node itself is connected to a member that is gone', () => {
    connect(other);
    goneHeard(turn);
    expect(turn.state.rests.get(key)).toBe(nowMs + 1);
    connect(owner);
    goneHeard(turn);
    expect(turn.state.rests.get(key)).toBe(nowMs + leastRestMs(turn.state));
  });
});

describe('a guardian of a member that is gone', () => {
  it('tells all whom it is connected to that it is connected to that one', () => {
    guard();
    connect(owner, other, late);
    goneHeard(turn);
    const message = { type: 'stillHeard', owner };
    expect(turn.effects).toEqual([
      { type: 'send', to: other, message },
      { type: 'send', to: late, message },
    ]);
  });

  it('says nothing when it is not connected to it', () => {
    guard();
    connect(other, late);
    goneHeard(turn);
    expect(turn.effects).toEqual([]);
  });
});

it('whoever keeps no register of a member that is gone tells nobody that it is heard', () => {
  connect(owner, other);
  goneHeard(turn);
  expect(turn.effects).toEqual([]);
});
