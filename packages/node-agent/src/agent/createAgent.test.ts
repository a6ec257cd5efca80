import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { must } from '@hedgerow/core';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { openState } from '../store/index.ts';
import { initCluster } from './birth.ts';
import { createAgent } from './createAgent.ts';
import type { Agent, AgentOptions } from './types.ts';

let home = '';
const running: Agent[] = [];
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'hg-agent-'));
  const pools = [
    { name: 'default', prefix: '10.244.0.0/20', blockLength: 26, subnet: 'pool' as const },
  ];
  mkdirSync(join(home, 'run'));
  must(initCluster({ stateDir: join(home, 'state'), cluster: 'one', pools }));
});
afterEach(async () => {
  await Promise.all(running.splice(0).map((agent) => agent.stop()));
  rmSync(home, { recursive: true, force: true });
});

const machine = { machine: 'a'.repeat(31) + 1 };

async function started(options: Partial<AgentOptions> = {}): Promise<Agent> {
  const places = { stateDir: join(home, 'state'), runDir: join(home, 'run') };
  const listen = ['/ip4/127.0.0.1/tcp/0'];
  const agent = must(await createAgent({ ...places, listen, name: 'alder', machine, ...options }));
  running.push(agent);
  return agent;
}

async function stopped(agent: Agent): Promise<void> {
  running.splice(running.indexOf(agent), 1);
  await agent.stop();
}

/** What the notes of the stopped agent say. */
function noteOf(name: string): string | undefined {
  const { store } = must(openState(join(home, 'state')));
  const note = must(store.note(name));
  store.close();
  return note;
}

describe('an agent', () => {
  it('keeps its register itself while it is the only one, and nobody else can go', async () => {
    const agent = await started();
    expect(agent.status().guardians).toEqual({
      epoch: 1,
      members: [],
      quorum: 1,
      reachable: 1,
      connections: [],
    });
    expect(agent.leave()).toMatchObject({ error: { code: 'alone' } });
    expect(agent.leaving()).toEqual({ state: 'no', waiting: [] });
    expect(agent.aboutForget('alder')).toMatchObject({ error: { code: 'self' } });
    expect(agent.forget('birch')).toMatchObject({ error: { code: 'unknown-member' } });
  });

  it('notes the boot nonce of each start before it is used', async () => {
    await stopped(await started());
    const first = noteOf('boot nonces');
    expect(first).toMatch(/^[0-9a-f]{32}$/);
    await stopped(await started());
    const second = noteOf('boot nonces');
    expect(second).toMatch(/^[0-9a-f]{32} [0-9a-f]{32}$/);
    expect(second?.startsWith(`${first} `)).toBe(true);
    expect(noteOf('machine id')).toBe(machine.machine);
  });

  it('is in quarantine on another machine until it is adopted there', async () => {
    await stopped(await started());
    const moved = { machine: 'b'.repeat(31) + 2 };
    const suspect = await started({ machine: moved });
    expect(suspect.status()).toMatchObject({
      state: 'quarantined',
      alarms: [{ code: 'clone', message: expect.stringContaining('--adopt') }],
    });
    expect(suspect.leave()).toMatchObject({ ok: false });
    expect(await suspect.allocate({ pool: 'default', attachment: 'c2', waitMs: 0 })).toMatchObject({
      error: { code: 'no-space', message: expect.stringContaining('--adopt') },
    });
    await stopped(suspect);
    const adopted = await started({ machine: moved, adopt: true });
    expect(adopted.status().alarms).toEqual([]);
    await stopped(adopted);
    expect((await started({ machine: moved })).status().state).not.toBe('quarantined');
  });

  it('has told plugins why they find nothing free by the time that it is in quarantine', async () => {
    await stopped(await started());
    const suspect = await started({ machine: { machine: 'b'.repeat(31) + 2 } });
    expect(suspect.status().state).toBe('quarantined');
    const told = JSON.parse(readFileSync(join(home, 'run/agent.json'), 'utf8'));
    const reason = expect.stringContaining('--adopt');
    expect(told).toMatchObject({ ready: false, pools: { default: { reason } } });
  });

  it('counts what lives in blocks that it closed, as long as it does', async () => {
    const before = await started();
    await before.allocate({ pool: 'default', attachment: 'c1' });
    await stopped(before);
    const suspect = await started({ machine: { machine: 'b'.repeat(31) + 2 } });
    const [alarm] = suspect.status().alarms;
    expect(alarm?.message).toContain('1 address is still in use here (in 1 block)');
    must(suspect.release({ attachment: 'c1' }));
    await vi.waitFor(
      () => expect(suspect.status().alarms[0]?.message).not.toContain('still in use'),
      10_000,
    );
  });

  it('does not start again once it has left; what lies in its run directory is closed, and plugins are told why', async () => {
    const before = await started();
    await before.allocate({ pool: 'default', attachment: 'c1' });
    await stopped(before);
    const { store } = must(openState(join(home, 'state')));
    must(store.putNotes({ left: 'yes' }));
    store.close();
    const places = { stateDir: join(home, 'state'), runDir: join(home, 'run') };
    const refused = await createAgent({ ...places, listen: [] });
    expect(refused).toMatchObject({
      error: { code: 'left', message: expect.stringMatching(/join again.*1 address is still/) },
    });
    const [boot] = readdirSync(join(home, 'run')).filter((name) => name !== 'agent.json');
    const blocks = join(home, 'run', boot as string, 'pools/default');
    expect(readdirSync(join(blocks, 'blocks'))).toEqual([]);
    expect(readdirSync(join(blocks, 'draining'))).toHaveLength(1);
    const told = JSON.parse(readFileSync(join(home, 'run/agent.json'), 'utf8'));
    const why = expect.stringContaining('has left its cluster');
    expect(told).toMatchObject({
      ready: false,
      reasons: [why],
      pools: { default: { reason: why } },
    });
    must(openState(join(home, 'state'))).store.close();
  });
});
