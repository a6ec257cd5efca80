import { beforeEach, describe, expect, it, vi } from 'vitest';
import { fakeSigner, fakeVerify } from '../../crypto/index.ts';
import { type Change, type Estate, firstEstate } from '../../estate/index.ts';
import {
  type AcceptorState,
  type Answer,
  type Ask,
  seedBallot,
  silentHeartbeats,
} from '../../register/index.ts';
import { createLedger, createPlainReplica } from '../../replica/index.ts';
import type { PeerState, Turn } from '../state/index.ts';
import { createNode, peerOf } from '../state/index.ts';
import { endsHeard, hearer, withHeard } from './endsHeard.ts';

const [owner, guardian, heir] = ['x', 'g', 'h'];
const heartbeatMs = 1_000;
const set = { epoch: 2, members: [{ member: guardian, store: 's' }] };
const alive = firstEstate(owner, []);
const sealed: Estate = { ...alive, sealed: true };
const seal: Change = { kind: 'seal', to: heir, counter: 1, records: [] };
const ballot = { counter: 3, proposer: heir, bootNonce: 'n' };

type Kept = AcceptorState<Estate, Change>;
type Body = Extract<Ask<Estate, Change>, { type: 'accept' }>['body'];

let turn: Turn;
let nowMs: number;
let peer: PeerState;

function keptWith(value: Estate, heard?: Kept['heard']): Kept {
  const cell = { version: 1, mark: '', value };
  const accepted = { ballot: seedBallot, digest: 'd', signature: new Uint8Array(0), cell };
  const record = { owner, guardian: { member: guardian, store: 's' }, set, previous: set };
  const kept = { record: { ...record, ready: true, promised: seedBallot, accepted }, waiting: [] };
  return heard === undefined ? kept : { ...kept, heard };
}

function step(...changes: readonly Change[]): Body {
  return { kind: 'step', parent: 'd', step: { changes, mark: '' } };
}

function whole(value: Estate): Body {
  return { kind: 'whole', cell: { version: 2, mark: '', value } };
}

function isRefused(body: Body, { from = heir, kept = keptWith(alive) } = {}): boolean {
  const signature = new Uint8Array(64);
  const ask = { owner, epoch: 2, type: 'accept' as const, ballot, digest: 'd', signature, body };
  return endsHeard(turn, from, ask, kept);
}

beforeEach(() => {
  nowMs = 100_000;
  const authorities = [guardian];
  const genesis = { cluster: 't', nonce: '0'.repeat(32), pools: [], founders: [], authorities };
  const register = { ballot: seedBallot, estate: firstEstate(guardian, []) };
  const verify = fakeVerify;
  const ledger = createLedger({ network: 'n', roots: [], verify, authorities });
  const replica = createPlainReplica({
    network: 'n',
    member: guardian,
    storeId: 's',
    verify,
    ledger,
  });
  const env = {
    get nowMs() {
      return nowMs;
    },
    random: () => 0.5,
    signer: fakeSigner(guardian),
    verify,
    replica,
  };
  const tuning = { heartbeatMs };
  const state = createNode({ member: guardian, genesis, register, store: 's', tuning });
  turn = { state, env, effects: [], local: [], happens: () => {} };
  peer = peerOf(state, env, owner);
  peer.connected = true;
  peer.lastHeardMs = nowMs;
});

describe('a guardian that hears an owner', () => {
  it.each([
    ['a step that seals', step(seal)],
    ['a step that seals among other things', step({ kind: 'prune', member: 'z' }, seal)],
    ['the whole of a sealed estate', whole(sealed)],
  ])('does not vote for its end by others: %s', (_what, body) => {
    expect(isRefused(body)).toBe(true);
  });

  it.each([
    ['a step that takes a grant back', step({ kind: 'prune', member: 'z' })],
    ['the whole of an estate that goes on', whole(alive)],
    ['what it accepted before', { kind: 'keep' as const }],
  ])('votes for everything else: %s', (_what, body) => {
    expect(isRefused(body)).toBe(false);
  });

  it.each([step(seal), whole(sealed)])('votes for the end that the owner itself wants', (body) => {
    expect(isRefused(body, { from: owner })).toBe(false);
  });

  it('goes on voting for an end that it accepted before: what others began can be finished', () => {
    expect(isRefused(whole(sealed), { kept: keptWith(sealed) })).toBe(false);
  });

  it('votes for an end that is proven', () => {
    vi.spyOn(turn.env.replica.registers, 'isGone').mockReturnValue(true);
    expect(isRefused(whole(sealed))).toBe(false);
  });
});

describe('an owner is heard', () => {
  it('for three heartbeats after its last word, on a connection that stands', () => {
    nowMs += silentHeartbeats * heartbeatMs - 1;
    expect(isRefused(step(seal))).toBe(true);
    nowMs += 1;
    expect(isRefused(step(seal))).toBe(false);
  });

  it('no more once its last connection is gone, however short ago it spoke', () => {
    peer.connected = false;
    expect(isRefused(step(seal))).toBe(false);
  });

  it('while the acceptor counts fewer than three heartbeats of silence', () => {
    nowMs += 10 * heartbeatMs;
    const heard = (silent: number) => keptWith(alive, { bootNonce: 'n', silent });
    expect(isRefused(step(seal), { kept: heard(silentHeartbeats - 1) })).toBe(true);
    expect(isRefused(step(seal), { kept: heard(silentHeartbeats) })).toBe(false);
  });
});

describe('whoever asks for the register of an owner', () => {
  const about = { owner, epoch: 2, guardian: { member: guardian, store: 's' } };
  const accepted = { ballot: seedBallot, digest: 'd', signature: new Uint8Array(0) };
  const promise: Answer<Estate> = { ...about, type: 'promise', ballot, accepted };
  const refusal = { ...about, type: 'refused' as const, of: 'accept' as const, ballot };

  it('learns with the promise that its guardian hears it', () => {
    const told = withHeard(turn, heir, promise, keptWith(alive));
    expect(told).toEqual({ ...promise, heard: true });
    expect(hearer(guardian, told)).toBe(guardian);
    peer.connected = false;
    const silent = withHeard(turn, heir, promise, keptWith(alive));
    expect(silent).toEqual(promise);
    expect(hearer(guardian, silent)).toBe(undefined);
  });

  it('is told nothing of that when it is the owner', () => {
    expect(withHeard(turn, owner, promise, keptWith(alive))).toEqual(promise);
  });

  it('learns it from a vote that is refused, and from the guardian alone', () => {
    const heard: Answer<Estate> = { ...refusal, because: 'heard', promised: seedBallot };
    expect(hearer(guardian, heard)).toBe(guardian);
    expect(hearer('z', heard)).toBe(undefined);
    expect(hearer(guardian, { ...heard, because: 'promised' })).toBe(undefined);
  });
});
