import { beforeEach, describe, expect, it } from 'vitest';
import { fakeSigner, fakeVerify } from '../../crypto/index.ts';
import { type Estate, firstEstate, type GuardianSet } from '../../estate/index.ts';
import { type Answer, seedBallot, silentHeartbeats } from '../../register/index.ts';
import { createLedger, createPlainReplica } from '../../replica/index.ts';
import { hear } from '../reducer/index.ts';
import type { Turn } from '../state/index.ts';
import { createNode } from '../state/index.ts';
import { hasUnfit, noteFitness } from './abstaining.ts';

const owner = 'x';
const heartbeatMs = 1_000;
const patienceMs = silentHeartbeats * heartbeatMs;
const [a, b] = [
  { member: 'a', store: 'sa' },
  { member: 'b', store: 'sb' },
];
const set: GuardianSet = { epoch: 4, members: [a, b, { member: 'c', store: 'sc' }] };
const ballot = { counter: 3, proposer: owner, bootNonce: 'n' };

type Because = Extract<Answer<Estate>, { type: 'refused' }>['because'];

function refusal(because: Because, guardian = a, epoch = 4): Answer<Estate> {
  const about = { owner, epoch, guardian };
  return { ...about, type: 'refused', of: 'accept', ballot, because, promised: seedBallot };
}

const vote: Answer<Estate> = {
  owner,
  epoch: 4,
  guardian: a,
  type: 'accepted',
  ballot,
  digest: 'd',
  signature: new Uint8Array(64),
};

let nowMs: number;
let turn: Turn;

beforeEach(() => {
  nowMs = 100_000;
  const genesis = {
    cluster: 't',
    nonce: '0'.repeat(32),
    pools: [],
    founders: [],
    authorities: [owner],
  };
  const register = { ballot: seedBallot, estate: firstEstate(owner, []) };
  const verify = fakeVerify;
  const ledger = createLedger({ network: 'n', roots: [], verify, authorities: [owner] });
  const replica = createPlainReplica({ network: 'n', member: owner, storeId: 's', verify, ledger });
  const env = {
    get nowMs() {
      return nowMs;
    },
    random: () => 0.5,
    signer: fakeSigner(owner),
    verify,
    replica,
  };
  const tuning = { heartbeatMs };
  const state = createNode({ member: owner, genesis, register, store: 's', tuning });
  turn = { state, env, effects: [], local: [], happens: hear };
});

describe.each(['abstains', 'unseeded'] as const)('a guardian that says "%s"', (because) => {
  it('is unfit once it has been saying so for some heartbeats', () => {
    noteFitness(turn, set, refusal(because));
    expect(hasUnfit(turn, set)).toBe(false);
    nowMs += patienceMs - 1;
    expect(hasUnfit(turn, set)).toBe(false);
    nowMs += 1;
    expect(hasUnfit(turn, set)).toBe(true);
  });

  it('is counted from the first time on, however often it repeats itself', () => {
    noteFitness(turn, set, refusal(because));
    nowMs += patienceMs - 1;
    noteFitness(turn, set, refusal(because));
    nowMs += 1;
    expect(hasUnfit(turn, set)).toBe(true);
  });

  it('is fit again when it votes, and its time begins anew', () => {
    noteFitness(turn, set, refusal(because));
    nowMs += patienceMs;
    noteFitness(turn, set, vote);
    expect(hasUnfit(turn, set)).toBe(false);
    noteFitness(turn, set, refusal(because));
    nowMs += patienceMs - 1;
    expect(hasUnfit(turn, set)).toBe(false);
  });

  it('says nothing about another epoch', () => {
    noteFitness(turn, set, refusal(because, a, 3));
    nowMs += patienceMs;
    expect(hasUnfit(turn, set)).toBe(false);
    noteFitness(turn, set, refusal(because));
    noteFitness(turn, set, { ...vote, epoch: 3 });
    nowMs += patienceMs;
    expect(hasUnfit(turn, set)).toBe(true);
  });
});

it.each(['promised', 'lacks', 'nonce', 'invalid'] as const)(
  'a guardian that refuses with "%s" keeps the register',
  (because) => {
    noteFitness(turn, set, refusal('abstains'));
    noteFitness(turn, set, refusal(because));
    nowMs += patienceMs;
    expect(hasUnfit(turn, set)).toBe(false);
  },
);

it('counts members together with their store, and those of the set only', () => {
  noteFitness(turn, set, refusal('abstains'));
  noteFitness(turn, set, { ...vote, guardian: b });
  nowMs += patienceMs;
  expect(hasUnfit(turn, set)).toBe(true);
  const isNew = { ...set, members: [{ ...a, store: 'new' }, b] };
  expect(hasUnfit(turn, isNew)).toBe(false);
});
