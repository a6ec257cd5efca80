// The life of agents as processes: they start, stop, are frozen and come back, and what they promised holds.

import { existsSync, readFileSync, rmSync } from 'node:fs';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type AgentProcess, type AgentStatus, logOf } from '../support/agentProcess.ts';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { addressOf } from '../support/cni.ts';
import { createHome, createNode, type TestNode } from '../support/testNode.ts';
import { until } from '../support/until.ts';

const pool = 'default=10.78.0.0/24,block=28';

let cleanup: Cleanup;
let home: string;
let a: TestNode;
let b: TestNode;
beforeEach(async () => {
  cleanup = createCleanup();
  home = createHome(cleanup);
  [a, b] = [await createNode(cleanup, home, 'a'), await createNode(cleanup, home, 'b')];
});
afterEach(() => cleanup.run());

async function startBoth(): Promise<readonly [AgentProcess, AgentProcess]> {
  const token = await a.init(pool);
  const first = a.start();
  await first.untilReady();
  await b.join(token);
  const second = b.start();
  await Promise.all([first.untilReady(), second.untilReady()]);
  await untilConnected(first, 'b', true);
  return [first, second];
}

async function piecesOf(agent: AgentProcess): Promise<unknown> {
  const map = await agent.ask<{ pools: readonly { pieces: unknown }[] }>('/v1/map');
  return map.pools.map(({ pieces }) => pieces);
}

async function untilEqualViews(agents: readonly AgentProcess[]): Promise<void> {
  await until('all views are equal', async () => {
    const views = await Promise.all(agents.map(piecesOf));
    return new Set(views.map((view) => JSON.stringify(view))).size === 1;
  });
}

async function untilConnected(agent: AgentProcess, peer: string, connected: boolean) {
  await until(`${peer} is ${connected ? '' : 'dis'}connected`, async () => {
    const { peers } = await agent.status();
    return peers.find(({ name }) => name === peer)?.connected === connected;
  });
}

it('ends on SIGTERM with code 0, and leaves no socket behind', async () => {
  await a.init(pool);
  const agent = a.start();
  await agent.untilReady();
  const socket = `${a.place.runDir}/api.sock`;
  expect(existsSync(socket)).toBe(true);
  process.kill(agent.pid, 'SIGTERM');
  expect(await agent.ended, logOf(a.place)).toBe(0);
  expect(existsSync(socket)).toBe(false);
  const heartbeat = JSON.parse(readFileSync(`${a.place.runDir}/agent.json`, 'utf8'));
  expect(heartbeat).toMatchObject({ ready: false, reasons: ['the agent is stopped'] });
  const asked = await a.cli('status');
  expect(asked).toMatchObject({ code: 1, stdout: '' });
  expect(asked.stderr).toMatch(/hedgerow agent/);
});

it('keeps blocks and addresses over a restart, and allocates without an agent', async () => {
  await a.init(pool);
  const agent = a.start();
  const before = await agent.untilReady();
  addressOf(await a.cni('ADD', 'first'));
  await agent.kill();
  const second = addressOf(await a.cni('ADD', 'second'));
  expect((await a.cni('ADD', 'first')).answer).toMatchObject({ code: 105 });
  expect((await a.cni('DEL', 'first')).ok).toBe(true);
  const again = a.start();
  const after = await again.untilReady();
  const blocks = (status: typeof before) =>
    status.pools.map(({ holdings }) => holdings.map(({ prefix, use }) => [prefix, use]));
  expect(after.member).toBe(before.member);
  expect(blocks(after)).toEqual(blocks(before));
  expect(await a.json('addr', 'ls')).toMatchObject([{ address: second, container: 'second' }]);
  expect((await a.cni('ADD', 'second')).answer).toMatchObject({ code: 105 });
  expect((await a.cni('DEL', 'second')).ok).toBe(true);
  expect(await a.json('addr', 'ls')).toEqual([]);
});

it('finds a peer again that was killed and restarted on the same port', async () => {
  const [first, second] = await startBoth();
  await second.kill();
  await untilConnected(first, 'b', false);
  expect((await first.status()).state).toBe('isolated');
  const back = b.start();
  await untilConnected(first, 'b', true);
  await back.untilReady();
  expect((await first.untilReady()).alarms).toEqual([]);
  await untilEqualViews([first, back]);
});

it('finds a peer that moved to another port, and knows where it is after a restart', async () => {
  const [first, second] = await startBoth();
  await second.stop();
  const back = (await createNode(cleanup, home, 'b')).start('--name', 'moved');
  await untilConnected(first, 'moved', true);
  await first.stop();
  // Now this one moves too: only it can find the other.
  const again = (await createNode(cleanup, home, 'a')).start();
  await untilConnected(again, 'moved', true);
  await untilConnected(back, 'a', true);
});

it('heals after a partition: what was granted meanwhile is known everywhere', async () => {
  const [first, second] = await startBoth();
  const c = await createNode(cleanup, createHome(cleanup), 'c');
  process.kill(second.pid, 'SIGSTOP');
  await c.join((await a.json<{ token: string }>('token', 'create')).token);
  const third = c.start();
  await third.untilReady();
  await untilConnected(first, 'b', false);
  process.kill(second.pid, 'SIGCONT');
  await untilEqualViews([first, second, third]);
  await untilConnected(second, 'c', true);
  for (const agent of [first, second, third]) {
    await until('nothing is waited for', async () => (await agent.status()).waiting.length === 0);
    expect((await agent.status()).alarms).toEqual([]);
  }
});

it('says what it waits for, and why, to people and to the plugin', async () => {
  const token = await a.init(pool);
  const founder = a.start();
  await founder.untilReady();
  await b.join(token);
  await founder.stop();
  const lonely = b.start();
  const status = await until('there are reasons', async () => {
    const found = await lonely.status();
    const codes = found.waiting.map(({ code }) => code);
    return codes.includes('connection') && codes.includes('space') && found;
  });
  expect(status.state).toBe('joining');
  const said = status.waiting.map(({ code, message }) => `${code}: ${message}`).join('\n');
  expect(said).toMatch(/connection: .*nothing listens at/);
  expect(said).toMatch(/space: no free address here; no other member is reachable/);
  const shown = await b.cli('status');
  expect(shown.stdout).toMatch(/no other member is reachable/);
  await until('the plugin can read it', () =>
    readFileSync(`${b.place.runDir}/agent.json`, 'utf8').includes('no other member is reachable'),
  );
  const refused = await b.cni('ADD', 'early', { waitMs: 50 });
  expect(refused.answer).toMatchObject({ code: 11 });
  expect(refused.answer?.details).toMatch(/no other member is reachable/);
  a.start();
  await lonely.untilReady();
  await until('it waits for nothing', async () => (await lonely.status()).waiting.length === 0);
  addressOf(await b.cni('ADD', 'early'));
});

it('answers status and map in the shapes that programs rely on', async () => {
  const [first] = await startBoth();
  const text = expect.any(String);
  const count = expect.any(Number);
  const addressing = { name: 'default', prefix: '10.78.0.0/24', blockLength: 28 };
  await until('the first sees the second, which has taken what it gave', async () => {
    const { peers, waiting } = await first.status();
    return peers[0]?.connected === true && waiting.length === 0;
  });
  const status = await a.json<{ pools: readonly { holdings: readonly unknown[] }[] }>('status');
  expect(status).toStrictEqual({
    member: expect.stringMatching(/^12D3KooW/),
    name: 'a',
    network: expect.stringMatching(/^sha256:[0-9a-f]{64}$/),
    state: 'ready',
    pools: [
      {
        ...addressing,
        holdings: expect.any(Array),
        free: { committed: count, reserve: count },
      },
    ],
    guardians: { epoch: 1, members: [], quorum: 1, reachable: 1, connections: [] },
    peers: [{ member: text, name: 'b', connected: true, lastHeardMs: count }],
    waiting: [],
    alarms: [],
  });
  const holdings = status.pools[0]?.holdings ?? [];
  expect(holdings.length).toBeGreaterThan(1);
  for (const holding of holdings) {
    const use = expect.stringMatching(/^(reserve|committed)$/);
    const prefix = expect.stringMatching(/^10\.78\.0\.\d+\/\d+$/);
    expect(holding).toStrictEqual({ prefix, version: count, use, used: count, size: count });
  }
  const map = await a.json<{ pools: readonly { pieces: readonly unknown[] }[] }>('map');
  const share = { member: text, name: text, addresses: count, share: count };
  expect(map).toStrictEqual({
    network: text,
    member: text,
    pools: [{ ...addressing, pieces: expect.any(Array), shares: [share, share] }],
  });
  for (const piece of map.pools[0]?.pieces ?? []) {
    expect(piece).toStrictEqual({ prefix: text, version: count, owner: text, disputed: false });
  }
});

it('stops giving addresses when the run directory was wiped, and the others go on', async () => {
  const [first, second] = await startBoth();
  addressOf(await a.cni('ADD', 'pod'));
  const [block] = await heldBlocks(first);
  // The agent goes on writing there meanwhile.
  rmSync(a.place.runDir, { recursive: true, force: true, maxRetries: 10 });
  const status = await until('the agent noticed', async () => {
    const found = await a.json<AgentStatus>('status');
    return found.state === 'quarantined' && found;
  });
  expect(status.alarms.map(({ code }) => code)).toContain('wiped');
  const shown = await a.cli('status');
  expect(shown.stdout).toMatch(/gone from the run directory.*reboot/s);
  expect(await heldBlocks(first)).toContain(block);
  expect((await a.cni('ADD', 'other', { waitMs: 50 })).answer?.code).toBe(11);
  addressOf(await b.cni('ADD', 'pod'));
  expect((await second.status()).state).toBe('ready');
  await first.kill();
  const again = a.start();
  await until('it stays so after a restart', async () => {
    return (await again.status()).state === 'quarantined';
  });
  expect((await a.cni('ADD', 'other', { waitMs: 50 })).answer?.code).toBe(11);
});

async function heldBlocks(agent: AgentProcess): Promise<readonly string[]> {
  const { pools } = await agent.status();
  const holdings = pools.flatMap((each) => each.holdings);
  return holdings.filter(({ use }) => use === 'committed').map(({ prefix }) => prefix);
}
