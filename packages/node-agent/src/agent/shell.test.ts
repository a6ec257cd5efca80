import { ok, refuse } from '@hedgerow/core';
import type { Effect, Env, Input, NodeState } from '@hedgerow/core/cluster';
import { type Estate, firstEstate } from '@hedgerow/core/estate';
import { type AcceptorRecord, enlistedRecord, type Versioned } from '@hedgerow/core/register';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { Shell, type ShellPorts } from './shell.ts';

const world = vi.hoisted(() => ({ step: vi.fn() }));
vi.mock('@hedgerow/core/cluster', () => ({ step: world.step }));

const guardian = { member: 'a', store: 's' };
const set = { epoch: 3, members: [guardian] };
const kept: AcceptorRecord<Estate> = enlistedRecord('x', guardian, set, { ...set, epoch: 2 });
const register: Versioned = {
  ballot: { counter: 1, proposer: 'a', bootNonce: '' },
  estate: firstEstate('a', []),
};

/** A shell over a reducer that answers `tick` with these effects; what it was given and what it did. */
function shellWith(effects: readonly Effect[], ports: Partial<ShellPorts> = {}) {
  const given: Input[] = [];
  const done: string[] = [];
  world.step.mockImplementation((state: NodeState, input: Input) => {
    given.push(input);
    return { state, effects: input.type === 'tick' ? effects : [] };
  });
  const shell = new Shell({} as NodeState, {} as Env);
  shell.connect({
    persist: () => ok(undefined),
    persistAcceptor: ({ owner }) => {
      done.push(`acceptor ${owner}`);
      // What arrives while the disk is busy waits for its turn.
      shell.dispatch({ type: 'connected', peer: 'late' });
      return ok(undefined);
    },
    keep: () => done.push('keep'),
    send: (to) => done.push(`send ${to}`),
    gossip: () => done.push('gossip'),
    block: () => done.push('block'),
    event: () => done.push('event'),
    idle: () => done.push('idle'),
    fail: (error) => {
      throw error;
    },
    ...ports,
  });
  return { shell, given, done };
}

const send: Effect = { type: 'send', to: 'b', message: { type: 'collect', owner: 'x' } };

describe('the shell', () => {
  beforeEach(() => {
    world.step.mockReset();
  });

  it('stores registers of others where their effect stands, and says so before anything else', () => {
    const { shell, given, done } = shellWith([
      { type: 'persistAcceptor', record: kept },
      send,
      { type: 'persist', write: 7, register },
      { type: 'persistAcceptor', record: { ...kept, owner: 'y' } },
    ]);
    shell.dispatch({ type: 'tick' });
    expect(done).toEqual(['idle', 'acceptor x', 'send b', 'acceptor y', 'idle']);
    expect(given).toEqual([
      { type: 'tick' },
      { type: 'acceptorPersisted', owner: 'x', epoch: 3 },
      { type: 'persisted', write: 7 },
      { type: 'acceptorPersisted', owner: 'y', epoch: 3 },
      { type: 'connected', peer: 'late' },
      { type: 'connected', peer: 'late' },
    ]);
  });

  it('says what could not be stored', () => {
    const full = (): ReturnType<ShellPorts['persist']> => refuse('storage-full', 'no room');
    const { shell, given } = shellWith(
      [
        { type: 'persistAcceptor', record: kept },
        { type: 'persist', write: 1, register },
      ],
      { persistAcceptor: full, persist: full },
    );
    shell.dispatch({ type: 'tick' });
    expect(given.slice(1)).toEqual([
      { type: 'acceptorPersistFailed', owner: 'x', epoch: 3 },
      { type: 'persistFailed', write: 1, reason: 'no room' },
    ]);
  });
});
