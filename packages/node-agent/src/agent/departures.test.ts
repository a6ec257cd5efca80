import { EventEmitter } from 'node:events';
import { ok } from '@hedgerow/core';
import { createNode, type Input } from '@hedgerow/core/cluster';
import { firstEstate } from '@hedgerow/core/estate';
import { describe, expect, it } from 'vitest';
import {
  aboutForget,
  checkNotLeft,
  forget,
  leave,
  leaveReport,
  onForgotten,
  onLeft,
  resumeLeave,
} from './departures.ts';
import { noDepartures, type Parts } from './parts.ts';

const member = 'Kself';
const authorities = [member];
const genesis = { cluster: 't', nonce: '0'.repeat(32), pools: [], founders: [], authorities };
const ballot = { counter: 0, proposer: member, bootNonce: '' };
const register = { ballot, estate: firstEstate(member, []) };

/** A node that knows `birch`, who owns a prefix and was heard 70 ms ago; what its reducer was told. */
function node(gone: readonly string[] = []) {
  const told: Input[] = [];
  const notes = new Map<string, string | undefined>();
  const members = new Map([
    ['Kself', { name: 'alder' }],
    ['Kb', { name: 'birch' }],
  ]);
  const parts = {
    env: {
      nowMs: 100,
      replica: {
        members,
        registers: { isGone: (member: string) => gone.includes(member) },
        view: { ownedBy: () => [{ pool: 'default', prefix: '10.0.0.0/24', version: 2 }] },
      },
    },
    state: {
      key: { member: 'Kself' },
      store: {
        note: (name: string) => ok(notes.get(name)),
        putNotes: (more: Record<string, string>) => {
          for (const [name, value] of Object.entries(more)) notes.set(name, value);
          return ok(undefined);
        },
      },
    },
    shell: {
      state: {
        ...createNode({ member, genesis, register, store: 's', tuning: { restMs: 5000 } }),
        peers: new Map([['Kb', { connected: false, lastHeardMs: 30 }]]),
      },
      dispatch: (input: Input) => told.push(input),
    },
    events: new EventEmitter(),
    departures: noDepartures(),
    log: { info: () => {} },
    register,
    genesis: { pools: [{ name: 'default' }] },
    runDirectory: { found: () => [], setReadiness: () => {} },
  } as unknown as Parts;
  return { parts, told };
}

describe('a forget', () => {
  it('runs from the word of the operator to the event that ends it', () => {
    const { parts, told } = node();
    const plan = {
      member: 'Kb',
      name: 'birch',
      isGone: false,
      isConnected: false,
      lastHeardMs: 70,
      owned: [{ pool: 'default', prefix: '10.0.0.0/24', size: 256 }],
      restMs: 5000,
      state: 'none',
    };
    expect(aboutForget(parts, 'birch')).toEqual(ok(plan));
    expect(told).toEqual([]);
    expect(forget(parts, 'Kb', true)).toEqual(ok({ ...plan, state: 'running' }));
    expect(told).toEqual([{ type: 'forget', member: 'Kb', now: true }]);
    const outcomes: unknown[] = [];
    parts.events.on('forgotten', (outcome) => outcomes.push(outcome));
    const end = { type: 'forgotten', member: 'Kb', outcome: 'done', heir: 'Kself' } as const;
    onForgotten(parts, { ...end, message: 'Kself has the addresses of Kb' });
    expect(outcomes).toMatchObject([end]);
    expect(aboutForget(parts, 'birch')).toEqual(
      ok({
        ...plan,
        state: 'done',
        message: 'alder has the addresses of birch',
        heir: { member: 'Kself', name: 'alder' },
      }),
    );
    expect(forget(parts, 'Kb', false)).toMatchObject({ value: { state: 'running' } });
  });

  it('of nobody tells the reducer nothing', () => {
    const { parts, told } = node();
    expect(forget(parts, 'alder', false)).toMatchObject({ error: { code: 'self' } });
    expect(forget(parts, 'cedar', false)).toMatchObject({ error: { code: 'unknown-member' } });
    expect(told).toEqual([]);
  });
});

describe('leaving', () => {
  it('is refused where nobody is left to take over, and in quarantine', () => {
    const alone = node(['Kb']);
    expect(leave(alone.parts)).toMatchObject({ error: { code: 'alone' } });
    const suspect = node();
    suspect.parts.shell.state.quarantined = true;
    expect(leave(suspect.parts)).toMatchObject({ error: { code: 'quarantined' } });
    expect([...alone.told, ...suspect.told]).toEqual([]);
  });

  it('ends in an event, and in a state that does not start again', () => {
    const { parts } = node();
    expect(checkNotLeft(parts)).toEqual(ok(undefined));
    let left = 0;
    parts.events.on('left', () => {
      left += 1;
    });
    onLeft(parts);
    expect(left).toBe(1);
    expect(leaveReport(parts)).toEqual({ state: 'left', waiting: [] });
    expect(checkNotLeft(parts)).toMatchObject({ error: { code: 'left' } });
  });

  it('goes on after a restart', () => {
    const { parts } = node();
    expect(resumeLeave(parts)).toBe(false);
    expect(parts.departures.own).toBe('no');
    parts.state.store.putNotes({ leaving: 'yes' });
    expect(resumeLeave(parts)).toBe(true);
    expect(parts.departures.own).toBe('leaving');
  });

  it('ends where the node is forgotten meanwhile: it says so, and what still runs there, and not that it left', () => {
    const { parts } = node();
    parts.departures.own = 'leaving';
    const message = 'this node was forgotten by Kb';
    const { alarms, blocks } = parts.shell.state;
    alarms.set('forgotten ', { code: 'forgotten', message, countsLive: true });
    blocks.set('one', { used: 3 } as never);
    parts.shell.state.quarantined = true;
    const why = expect.stringMatching(
      /has not left: .* forgotten by birch.* 3 addresses are still/,
    );
    expect(leaveReport(parts)).toEqual({ state: 'quarantined', waiting: [], message: why });
    expect(leave(parts)).toMatchObject({ error: { code: 'quarantined', message: why } });
  });
});
