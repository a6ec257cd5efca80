// Bad input and bad luck at the command line: each is refused with what is wrong and what to do, and
// changes nothing.

import { type SpawnSyncReturns, spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  rmSync,
} from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { decodeToken, encodeToken } from '../../packages/node-agent/src/token/index.ts';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { requires } from '../support/requires.ts';
import type { Ran } from '../support/run.ts';
import { createHome, createNode, hedgerow, type TestNode } from '../support/testNode.ts';

const pool = 'default=10.77.0.0/24,block=28';

let cleanup: Cleanup;
let home: string;
let node: TestNode;
beforeEach(async () => {
  cleanup = createCleanup();
  home = createHome(cleanup);
  node = await createNode(cleanup, home, 'a');
});
afterEach(() => cleanup.run());

function expectRefused(ran: Ran, words: RegExp, code = 1): void {
  expect(ran).toMatchObject({ code, stdout: '' });
  expect(ran.stderr).toMatch(/^hedgerow: /m);
  expect(ran.stderr).toMatch(words);
  expect(ran.stderr).not.toMatch(/^\s+at /m);
}

describe('init refuses', () => {
  it.each([
    ['overlapping pools', ['a=10.0.0.0/16', 'b=10.0.128.0/17'], /overlap/],
    ['one name for two pools', ['a=10.0.0.0/16', 'a=10.1.0.0/16'], /two pools|twice|same name/i],
    ['a block that is larger than the pool', ['a=10.0.0.0/24,block=20'], /block/],
    ['a block that is no prefix length', ['a=10.0.0.0/24,block=33'], /block/],
    ['a block without room for the layout', ['a=10.0.0.0/8,block=16'], /256|\/24/],
    ['host bits', ['a=10.0.0.5/24'], /10\.0\.0\.0\/24/],
    ['leading zeros', ['a=10.0.0.010/32'], /leading zero/i],
    ['an address without length', ['a=10.0.0.0'], /prefix|length|\//],
    ['a pool without a name', ['10.0.0.0/16'], /NAME=CIDR/],
    ['a name that leaves the directory', ['../x=10.0.0.0/16'], /name/],
    ['an unknown setting', ['a=10.0.0.0/16,blocks=24'], /blocks/],
  ])('%s', async (_, pools, words) => {
    const flags = pools.flatMap((each) => ['--pool', each]);
    expectRefused(await node.cli('init', ...flags), words, 2);
    expect(existsSync(node.place.stateDir)).toBe(false);
  });

  it('wrong usage with code 2', async () => {
    expect((await node.cli('init')).code).toBe(2);
    expect((await node.cli('inti', '--pool', pool)).code).toBe(2);
    expectRefused(await node.cli('init', '--pool', pool, '--members', 'many'), /--members/, 2);
    expectRefused(await node.cli('init', '--pool', pool, '--listen', 'here'), /--listen/, 2);
  });

  it('state that is in use, with the member that was there untouched', async () => {
    await node.init(pool);
    const files = ['key', 'hedgerow.db'].map((name) => join(node.place.stateDir, name));
    const before = files.map((path) => readFileSync(path));
    expectRefused(await node.cli('init', '--pool', 'other=10.9.0.0/16'), /is in use.*--state/s);
    expect(files.map((path) => readFileSync(path))).toEqual(before);
  });

  it('a state directory that others can look into', async () => {
    mkdirSync(node.place.stateDir, { recursive: true });
    chmodSync(node.place.stateDir, 0o755);
    expectRefused(await node.cli('init', '--pool', pool), /0755.*chmod 700/s);
    expect(readdirSync(node.place.stateDir)).toEqual([]);
  });
});

describe('agent refuses', () => {
  it('a node that is in no cluster yet', async () => {
    expectRefused(await node.cli('agent'), /hedgerow init.*hedgerow join/s);
  });

  it('state that others can read', async () => {
    await node.init(pool);
    chmodSync(node.place.stateDir, 0o750);
    expectRefused(await node.cli('agent'), /0750.*chmod 700/s);
    chmodSync(node.place.stateDir, 0o700);
    chmodSync(join(node.place.stateDir, 'key'), 0o644);
    expectRefused(await node.cli('agent'), /0644.*chmod 600/s);
  });

  it('a key without its database, and makes no new one', async () => {
    await node.init(pool);
    rmSync(join(node.place.stateDir, 'hedgerow.db'));
    expectRefused(await node.cli('agent'), /a key but no database.*join again/s);
    expectRefused(await node.cli('init', '--pool', pool), /is in use/);
    expect(readdirSync(node.place.stateDir)).toEqual(['key']);
  });

  it('a database without its key', async () => {
    await node.init(pool);
    rmSync(join(node.place.stateDir, 'key'));
    expectRefused(await node.cli('agent'), /a database but no key/);
  });

  it('a port that another program has, by its name', async () => {
    await node.init(pool);
    const server = await listenOn(Number(node.address.split('/').at(-1)));
    const ran = await node.cli('agent', '--listen', node.address);
    server.close();
    expectRefused(ran, /in use by another program.*--listen/s);
    expect(ran.stderr).toContain(node.address);
  });

  it('a second agent on one state, and the first goes on', async () => {
    await node.init(pool);
    const first = node.start();
    await first.untilReady();
    const otherRun = join(home, 'elsewhere');
    const second = await node.cli('agent', '--listen', '/ip4/127.0.0.1/tcp/0');
    expectRefused(second, /already serves/);
    const third = spawnSync(
      hedgerow,
      ['agent', '--state', node.place.stateDir, '--run', otherRun],
      { encoding: 'utf8', timeout: 30_000 },
    );
    expect(third.status).toBe(1);
    expect(third.stderr).toMatch(/another agent is running on this state directory/);
    expect((await first.status()).state).toBe('ready');
  });
});

describe.skipIf(requires({ root: true }))('as another user', () => {
  const nobody = { uid: 65_534, gid: 65_534 };

  function asNobody(...words: readonly string[]): SpawnSyncReturns<string> {
    const { stateDir, runDir } = node.place;
    const where = ['--state', stateDir, '--run', runDir];
    return spawnSync(hedgerow, [...words, ...where], {
      ...nobody,
      cwd: '/',
      encoding: 'utf8',
      timeout: 30_000,
    });
  }

  it('a state directory that cannot be made or written is refused', () => {
    chmodSync(home, 0o755);
    const unmade = asNobody('init', '--pool', pool);
    expect(unmade).toMatchObject({ status: 1, stdout: '' });
    expect(unmade.stderr).toMatch(/could not be created: .*(EACCES|permission denied)/);
    mkdirSync(node.place.stateDir, { recursive: true, mode: 0o755 });
    chownSync(node.place.stateDir, nobody.uid, nobody.gid);
    chmodSync(node.place.stateDir, 0o500);
    const readOnly = asNobody('init', '--pool', pool);
    expect(readOnly).toMatchObject({ status: 1, stdout: '' });
    expect(readOnly.stderr).toMatch(/0500.*chmod 700/s);
    expect(readdirSync(node.place.stateDir)).toEqual([]);
  });

  it('the state of somebody else is refused', async () => {
    chmodSync(home, 0o755);
    await node.init(pool);
    const ran = asNobody('agent');
    expect(ran.status).toBe(1);
    expect(ran.stderr).toMatch(/state/);
    chmodSync(join(home, 'a'), 0o755);
    expect(asNobody('agent').stderr).toMatch(/belongs to user 0.*user 65534/s);
  });
});

describe('join refuses', () => {
  let token = '';
  beforeEach(async () => {
    token = await node.init(pool);
  });

  async function newcomer(): Promise<TestNode> {
    return createNode(cleanup, home, 'b');
  }
  async function expectNoJoin(text: string, words: RegExp): Promise<void> {
    const other = await newcomer();
    expectRefused(await other.cli('join', text), words);
    expect(existsSync(other.place.stateDir)).toBe(false);
  }
  function changed(fields: Partial<Parameters<typeof encodeToken>[0]>): string {
    const decoded = decodeToken(token);
    if (!decoded.ok) throw new Error(decoded.error.message);
    return encodeToken({ ...decoded.value, ...fields });
  }

  it('a truncated token', () => expectNoJoin(token.slice(0, -7), /cut off or mistyped/));
  it('what is no token', () => expectNoJoin('hello', /not a join token/));
  it('an expired token', () =>
    expectNoJoin(changed({ expiresAtMs: Date.now() - 60_000 }), /expired at .*token create/s));
  it('a token whose node does not run', () => expectNoJoin(token, /nothing listens at/));

  it('a wrong pre-shared key, by its name: what a time-out says is something else', async () => {
    const agent = node.start();
    await agent.untilReady();
    const wrong = changed({ psk: new Uint8Array(32).fill(9) });
    await expectNoJoin(wrong, /wrong key/);
    expect((await agent.status()).peers).toEqual([]);
  });

  it('a token of another network', async () => {
    await node.start().untilReady();
    const other = changed({ network: `sha256:${'ab'.repeat(32)}` });
    await expectNoJoin(other, /other network.*Clusters born separately never mix/s);
  });

  it('a node that is a member already', async () => {
    expectRefused(await node.cli('join', token), /is in use/);
  });
});

function listenOn(port: number): Promise<Server> {
  return new Promise((resolve, reject) => {
    const server = createServer().once('error', reject);
    server.listen(port, '127.0.0.1', () => resolve(server));
  });
}
