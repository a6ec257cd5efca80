import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parseDuration } from '../config/index.ts';
import { decodeToken, encodeToken } from '../token/index.ts';
import { runCli } from './runCli.ts';

let base: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'hg-cli-'));
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

interface Ran {
  readonly code: number;
  readonly out: string;
  readonly err: string;
}

/** Runs a command on a node of its own; `stop` ends an agent. */
async function hedgerow(
  args: string,
  node = 'a',
  stop: Promise<string> = new Promise(() => {}),
): Promise<Ran> {
  const out: string[] = [];
  const err: string[] = [];
  const env = {
    HEDGEROW_CONFIG: join(base, 'config.yaml'),
    HEDGEROW_STATE: join(base, node, 'state'),
    HEDGEROW_RUN: join(base, node, 'run'),
    HEDGEROW_LOG_LEVEL: 'silent',
  };
  writeFileSync(env.HEDGEROW_CONFIG, '');
  const code = await runCli(args.split(' '), {
    env,
    colour: false,
    out: (line) => out.push(line),
    err: (line) => err.push(line),
    untilStopped: () => stop,
  });
  return { code, out: out.join('\n'), err: err.join('\n') };
}

function lastLine(text: string): string {
  return text.split('\n').at(-1) ?? '';
}

const pool = '--pool default=10.244.0.0/16';

describe('wrong usage is exit code 2', () => {
  test.each([
    ['stauts', /unknown command.*Did you mean status/s],
    ['status --jsn', /unknown option.*Did you mean --json/s],
    ['status --state here', /--state: must be an absolute path/],
    ['evict', /unknown command/],
    ['forget', /missing required argument/],
    ['forget birch --timeout soon', /--timeout must be a number/],
    ['leave --timeout 1', /--timeout must be a number/],
    ['agent --reclaim-delay 5s', /--reclaim-delay: .*3 heartbeats/],
    ['join', /missing required argument/],
    ['init', /required option '--pool/],
    ['init --pool default', /write NAME=CIDR/],
    ['init --pool default=10.0.0.5/24', /bits set beyond/],
    ['init --pool default=10.0.0.0/24,block=20', /block length from 24 to 32/],
    ['init --pool a=10.0.0.0/16 --pool b=10.0.4.0/24', /overlap/],
    [`init ${pool} --members none`, /--members must be a whole number/],
    ['token create --ttl soon', /--ttl must be a number/],
    ['token create --ttl 366d', /from 1s to 365d/],
  ])('%s', async (args, expected) => {
    const { code, out, err } = await hedgerow(args);
    expect(err).toMatch(expected);
    expect({ code, out }).toEqual({ code: 2, out: '' });
    if (err.startsWith('error:')) expect(lastLine(err)).toMatch(/^See hedgerow help/);
  });

  test('help that was asked for is none', async () => {
    const { code, out } = await hedgerow('--help');
    expect(code).toBe(0);
    const offered = out.split('\n').map((line) => /^ {2}([a-z]+)/.exec(line)?.[1]);
    expect(offered.filter(Boolean)).toEqual([
      'init',
      'agent',
      'join',
      'key',
      'token',
      'status',
      'map',
      'addr',
      'leave',
      'forget',
      'help',
    ]);
  });
});

describe('init', () => {
  test('prints a token of the new network as its last line, and warns', async () => {
    const made = await hedgerow(`init --pool p=10.0.0.0/26,subnet=block --members 3`);
    expect(made.code).toBe(0);
    expect(made.err).toMatch(/single block/);
    expect(made.err).toMatch(/has 1 blocks of \/26 for 3 nodes/);
    expect(made.err).toMatch(/ipMasq/);
    const token = decodeToken(lastLine(made.out));
    expect(token.ok && made.out.includes(token.value.network)).toBe(true);
  });

  test('says how to start the node that others will dial', async () => {
    const config = join(base, "Anna's.yaml");
    writeFileSync(config, '');
    const flags = '--listen /ip4/127.0.0.1/tcp/4711 --listen /ip6/::1/tcp/4711 --name alder';
    const made = await hedgerow(`init ${pool} ${flags} --config ${config} --cluster hedge`);
    const quoted = `'${config.replace("'", "'\\''")}'`;
    expect(made.out).toContain(`  hedgerow agent --config ${quoted} ${flags}\n`);
  });

  test('names what others dial in the token', async () => {
    const address = '/ip4/192.0.2.7/tcp/4711';
    const made = await hedgerow(`init ${pool} --advertise ${address} --json`);
    const token = decodeToken(JSON.parse(made.out).token);
    expect(token).toMatchObject({ ok: true, value: { dial: [address] } });
  });

  test('is refused on used state, which stays as it was', async () => {
    await hedgerow(`init ${pool}`);
    const again = await hedgerow(`init ${pool}`);
    expect(again.code).toBe(1);
    expect(again.err).toMatch(/is in use.*hedgerow agent/);
  });

  test('is refused with founders that are not members', async () => {
    const file = join(base, 'founders.yaml');
    writeFileSync(file, '- {member: nobody, prefixes: [{pool: default, prefix: 10.244.0.0/16}]}');
    const made = await hedgerow(`init ${pool} --founders ${file}`);
    expect(made.code).toBe(1);
    expect(made.err).toMatch(/founders.*peer id/);
    expect((await hedgerow(`init ${pool} --founders ${base}/none`)).err).toMatch(/ENOENT/);
  });
});

describe('join is refused', () => {
  const token = {
    network: `sha256:${'ab'.repeat(32)}`,
    psk: new Uint8Array(32),
    dial: ['/ip4/127.0.0.1/tcp/9'],
    expiresAtMs: Date.now() + 60_000,
  };
  test.each([
    ['a word', 'hello', /not a join token/],
    ['a truncated token', encodeToken(token).slice(0, -9), /cut off or mistyped/],
    ['an expired one', encodeToken({ ...token, expiresAtMs: 1000 }), /expired at 1970/],
  ])('with %s', async (_name, text, expected) => {
    const joined = await hedgerow(`join ${text}`);
    expect(joined.err).toMatch(expected);
    expect(joined.code).toBe(1);
  });
  test('on used state', async () => {
    await hedgerow(`init ${pool}`);
    const joined = await hedgerow(`join ${encodeToken(token)}`);
    expect(joined).toMatchObject({ code: 1, err: expect.stringMatching(/is in use/) });
  });
});

test('commands that ask say so when no agent runs', async () => {
  for (const args of ['status', 'map', 'addr ls', 'token create', 'leave', 'forget birch']) {
    const { code, err } = await hedgerow(args);
    expect(err).toMatch(/No agent runs here.*hedgerow agent/);
    expect(code).toBe(1);
  }
  expect(await hedgerow('agent')).toMatchObject({ code: 1, err: expect.stringMatching(/init/) });
});

test('init, agent, token, join and the questions, one after the other', async () => {
  const reach = '--listen /ip4/127.0.0.1/tcp/0 --name alder';
  await hedgerow(`init ${pool}`);
  let stop = (_signal: string): void => {};
  const running = hedgerow(
    `agent ${reach}`,
    'a',
    new Promise((resolve) => {
      stop = resolve;
    }),
  );
  await expect.poll(async () => (await hedgerow('status')).code).toBe(0);
  await expect
    .poll(async () => JSON.parse((await hedgerow('status --json')).out))
    .toMatchObject({ name: 'alder', state: 'ready', pools: [{ name: 'default' }] });
  expect((await hedgerow('map')).out).toMatch(/^default {2}10\.244\.0\.0\/16 .*\n.*AAAA/);
  expect(await hedgerow('map --pool none')).toMatchObject({
    code: 1,
    err: expect.stringContaining('There are: default'),
  });
  expect((await hedgerow('addr ls')).out).toBe('no address is held on this node');
  const second = await hedgerow(`agent ${reach}`);
  expect(second).toMatchObject({ code: 1, err: expect.stringContaining('already') });
  const token = (await hedgerow('token create --ttl 5m')).out;
  expect(await hedgerow(`join ${token}`, 'b')).toMatchObject({ code: 0 });
  stop('SIGTERM');
  expect(await running).toMatchObject({ code: 0 });
});

test('durations are a number and a unit', () => {
  expect(['90s', '30m', '1h', '7d'].map(parseDuration)).toEqual([9e4, 18e5, 36e5, 6048e5]);
  expect(['', '1', 'h', '1.5h', '-1h', '1w'].map(parseDuration)).toEqual(Array(6).fill(undefined));
});
