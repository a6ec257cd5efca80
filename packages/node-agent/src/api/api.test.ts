import { existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ok, refuse } from '@hedgerow/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AddressHolder, ForgetReport, MapReport, Status } from '../report/index.ts';
import { askAgent } from './client.ts';
import type { AgentHandle } from './handle.ts';
import { startHealth } from './health.ts';
import { openApi } from './openApi.ts';
import { operations } from './operations.ts';
import { type ApiServer, startApi } from './server.ts';

const status: Status = {
  member: '12D3a',
  name: 'alder',
  network: 'sha256:00',
  state: 'ready',
  pools: [],
  guardians: { epoch: 1, members: [], quorum: 1, reachable: 1, connections: [] },
  peers: [{ member: '12D3b', name: 'birch', connected: false, lastHeardMs: null }],
  waiting: [{ code: 'space', message: 'no member has a free block' }],
  alarms: [],
};
const pool = { name: 'default', prefix: '10.0.0.0/16', blockLength: 26, pieces: [], shares: [] };
const holder: AddressHolder = {
  network: 'pods',
  container: 'c1',
  interface: 'eth0',
  claim: '0123456789abcdef',
  netnsState: 'gone',
};
const forgotten: ForgetReport = {
  member: '12D3b',
  name: 'birch',
  isGone: false,
  isConnected: false,
  lastHeardMs: 12,
  owned: [{ pool: 'default', prefix: '10.0.1.0/24', size: 256 }],
  restMs: 86_400_000,
  state: 'done',
  message: 'this node has its addresses now',
  heir: { member: '12D3a', name: 'alder' },
};
const agent: AgentHandle = {
  status: () => status,
  map: (name): MapReport => ({
    network: status.network,
    member: status.member,
    pools: name === undefined || name === 'default' ? [pool] : [],
  }),
  addresses: () => [],
  showAddress: (address) => ok({ address }),
  releaseAddress: (address, force) =>
    force === true ? ok({ address, pool: 'default', holder }) : refuse('in-use', 'it is in use'),
  collectGarbage: async (dryRun = false) => ({
    dryRun,
    leaks: [],
    swept: { entries: 0, leftovers: 0 },
  }),
  aboutForget: (member) => ok({ ...forgotten, member, state: 'running' }),
  forget: (member, now = false) =>
    member === 'self' ? refuse('self', 'that is us') : ok({ ...forgotten, member, isGone: now }),
  leave: () => ok({ state: 'leaving', waiting: [] }),
  leaving: () => ({ state: 'leaving', waiting: status.waiting }),
  createToken: (ttlMs) => (ttlMs === 1000 ? refuse('no', 'too short') : ok(`token ${ttlMs}`)),
};

let dir: string;
let servers: ApiServer[];
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'hg-api-'));
  servers = [];
});
afterEach(async () => {
  await Promise.all(servers.map((server) => server.close()));
  rmSync(dir, { recursive: true });
});

async function serve(): Promise<string> {
  const started = await startApi(dir, agent);
  if (started.ok) servers.push(started.value);
  return started.ok ? 'serving' : started.error.code;
}

describe('the local API', () => {
  test('answers what the agent says, to its owner only', async () => {
    expect(await serve()).toBe('serving');
    expect(statSync(join(dir, 'api.sock')).mode & 0o777).toBe(0o600);
    expect(await askAgent(dir, '/v1/status')).toEqual(ok(status));
    expect(await askAgent(dir, '/v1/map?pool=default')).toEqual(ok(agent.map('default')));
    expect(await askAgent(dir, '/v1/addresses')).toEqual(ok([]));
    expect(await askAgent(dir, '/v1/tokens', { ttlSeconds: 60 })).toEqual(
      ok({ token: 'token 60000' }),
    );
    expect(await askAgent(dir, '/v1/tokens', {})).toEqual(ok({ token: 'token undefined' }));
    expect(await askAgent(dir, '/v1/forget?member=b')).toEqual(
      ok({ ...forgotten, member: 'b', state: 'running' }),
    );
    expect(await askAgent(dir, '/v1/forget', { member: 'b', now: true })).toEqual(
      ok({ ...forgotten, member: 'b', isGone: true }),
    );
    expect(await askAgent(dir, '/v1/leave')).toEqual(ok(agent.leaving()));
  });

  test('refuses with a code and a sentence', async () => {
    await serve();
    const cases: readonly (readonly [string, unknown, string, RegExp])[] = [
      ['/v1/map?pool=none', undefined, 'unknown-pool', /There are: default/],
      ['/v1/map?pol=default', undefined, 'input', /pol/],
      ['/v1/tokens', { ttlSeconds: 'long' }, 'input', /ttlSeconds/],
      ['/v1/tokens', { ttlSeconds: 1 }, 'no', /too short/],
      ['/v1/forget', { member: 'self' }, 'self', /that is us/],
      ['/v1/forget', { now: true }, 'input', /member/],
      ['/v1/leave', { now: true }, 'input', /now/],
      ['/v2/status', undefined, 'not-found', /openapi.json/],
    ];
    for (const [path, body, code, message] of cases) {
      const answer = await askAgent(dir, path, body);
      expect(answer).toMatchObject({ ok: false, error: { code } });
      expect(answer.ok ? '' : answer.error.message).toMatch(message);
    }
  });

  test('takes over the socket of an agent that was killed, not of one that lives', async () => {
    writeFileSync(join(dir, 'api.sock'), '');
    expect(await serve()).toBe('serving');
    expect(await serve()).toBe('already-running');
    await servers.pop()?.close();
    expect(existsSync(join(dir, 'api.sock'))).toBe(false);
  });

  test('is missed in words when no agent runs', async () => {
    expect(await askAgent(dir, '/v1/status')).toMatchObject({
      ok: false,
      error: { code: 'agent-down', message: expect.stringContaining('hedgerow agent') },
    });
  });
});

describe('the description', () => {
  test('has every operation, and answers fit their schemas', async () => {
    const { paths } = openApi() as { paths: Record<string, Record<string, unknown>> };
    const described = Object.entries(paths).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(described).toEqual(operations.map(({ method, path }) => `${method} ${path}`));
    for (const operation of operations) {
      const address = '10.0.0.9';
      const inputs = [{}, { address, force: true }, { address }, { member: 'birch' }];
      const given = inputs.find((each) => operation.input.safeParse(each).success);
      expect(given).toBeDefined();
      const result = await operation.run(agent, given);
      expect(result.ok && operation.output.safeParse(result.value).error).toBeUndefined();
    }
    await serve();
    expect(await askAgent(dir, '/openapi.json')).toEqual(ok(openApi()));
  });
});

test('health checks tell life from readiness', async () => {
  let state: Status['state'] = 'joining';
  const started = await startHealth('127.0.0.1:0', { status: () => ({ ...status, state }) });
  if (!started.ok) throw new Error(started.error.message);
  servers.push(started.value);
  const { port } = started.value;
  const ask = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).status;
  expect(await ask('/healthz')).toBe(200);
  expect(await ask('/readyz')).toBe(503);
  state = 'ready';
  expect(await ask('/readyz')).toBe(200);
  expect(await ask('/metrics')).toBe(404);
  const again = await startHealth(`127.0.0.1:${port}`, { status: () => status });
  expect(again).toMatchObject({ ok: false, error: { code: 'http' } });
});
