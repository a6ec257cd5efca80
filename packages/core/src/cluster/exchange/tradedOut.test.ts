import { describe, expect, it } from 'vitest';
import { fakeSigner, fakeVerify } from '../../crypto/index.ts';
import { type Estate, firstEstate, mostTraded } from '../../estate/index.ts';
import { genesisHoldings, genesisRecords, networkIdOf } from '../../membership/genesis.ts';
import type { Genesis } from '../../membership/types.ts';
import { createLedger, createPlainReplica } from '../../replica/index.ts';
import type { Env, Input, Message } from '../contract/index.ts';
import { step, waitingOf } from '../reducer/index.ts';
import { createNode } from '../state/index.ts';

const pool = { name: 'default', prefix: '10.0.0.0/16', blockLength: 26, subnet: 'pool' } as const;
const founder = 'a';
const genesis: Genesis = {
  cluster: 'test',
  nonce: '0'.repeat(32),
  pools: [pool],
  founders: [{ member: founder, prefixes: [{ pool: pool.name, prefix: pool.prefix }] }],
  authorities: [founder],
};

/** Counters of so many members. */
function counters(count: number): Estate['out'] {
  return Object.fromEntries(Array.from({ length: count }, (_, at) => [`m${at}`, 1]));
}

/** A started node with this past, and what it says to whom. */
function nodeOf(member: string, past: Partial<Estate>) {
  const network = networkIdOf(genesis);
  const verify = fakeVerify;
  const roots = genesisRecords(genesis);
  const ledger = createLedger({ network, roots, verify, authorities: [founder] });
  const replica = createPlainReplica({ network, member, storeId: 's', verify, ledger });
  const estate = { ...firstEstate(member, genesisHoldings(genesis, member)), ...past };
  const register = { ballot: { counter: 0, proposer: member, bootNonce: '' }, estate };
  const state = createNode({ member, genesis, register, store: 's' });
  let nowMs = 1_000;
  const signer = fakeSigner(member);
  const take = (input: Input): readonly { to: string; message: Message }[] => {
    const env: Env = { nowMs, random: () => 0.5, signer, verify, replica };
    return step(state, input, env).effects.flatMap((effect) => {
      if (effect.type === 'persist') return take({ type: 'persisted', write: effect.write });
      return effect.type === 'send' ? [{ to: effect.to, message: effect.message }] : [];
    });
  };
  take({ type: 'start', register, bootNonce: 'n', isAlone: true });
  nowMs += 10_000;
  take({ type: 'tick' });
  expect(state.booted).toBe(true);
  return { state, take };
}

const request = {
  type: 'request',
  pool: pool.name,
  length: 26,
  needed: true,
  inCounter: 0,
} as const;

describe('a node that has dealt with as many members as its register is meant for', () => {
  it('gives to none for the first time, and says why', () => {
    const { take } = nodeOf(founder, { out: counters(mostTraded) });
    take({ type: 'connected', peer: 'new' });
    const [answer] = take({ type: 'message', from: 'new', message: request });
    expect(answer).toMatchObject({ to: 'new', message: { type: 'refusal', reason: 'quota' } });
    expect(answer?.message).toMatchObject({ message: expect.stringContaining(`${mostTraded}`) });
  });

  it('goes on giving to those that it gave to', () => {
    const { take } = nodeOf(founder, { out: counters(mostTraded) });
    take({ type: 'connected', peer: 'm7' });
    const asked = { ...request, inCounter: 1 };
    const said = take({ type: 'message', from: 'm7', message: asked });
    expect(said.map(({ message }) => message.type)).toContain('grant');
  });

  it('gives to one more while there is room, counting each member once', () => {
    const most = counters(mostTraded - 1);
    const { take } = nodeOf(founder, { out: most, in: most });
    take({ type: 'connected', peer: 'new' });
    const said = take({ type: 'message', from: 'new', message: request });
    expect(said.map(({ message }) => message.type)).toContain('grant');
  });

  it('asks none for the first time, and says why it waits', () => {
    const { state, take } = nodeOf('b', { in: counters(mostTraded) });
    const asked = (input: Input): readonly string[] =>
      take(input).flatMap(({ to, message }) => (message.type === 'request' ? [to] : []));
    asked({ type: 'connected', peer: 'new' });
    expect(asked({ type: 'wanted', pool: pool.name })).toEqual([]);
    const said = waitingOf(state).map(({ message }) => message);
    expect(said.join()).toContain(`${mostTraded} members`);
  });

  it('goes on asking those that it took from', () => {
    const { take } = nodeOf('b', { in: counters(mostTraded) });
    const said = ['new', 'm7'].flatMap((peer) => take({ type: 'connected', peer }));
    said.push(...take({ type: 'wanted', pool: pool.name }));
    const asked = said.filter(({ message }) => message.type === 'request');
    expect(asked.map(({ to }) => to)).toEqual(['m7']);
  });
});
