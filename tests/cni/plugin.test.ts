// The plugin as it was built, run as a container runtime runs it.

import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, describe, expect, test } from 'vitest';
import { requires } from '../support/requires.ts';
import { makeRunDirectory, type PublishedPool, type RunDirectory } from './runDirectory.ts';

const plugin = fileURLToPath(new URL('../../dist/bin/hedgerow-ipam', import.meta.url));
const binary = existsSync(plugin) ? readFileSync(plugin) : Buffer.alloc(0);
const isElf = binary.subarray(1, 4).toString() === 'ELF';

interface Ran {
  readonly status: number | null;
  readonly answer: Readonly<Record<string, unknown>> | undefined;
}

const opened: RunDirectory[] = [];
afterEach(() => {
  for (const run of opened.splice(0)) run.remove();
});

function open(...pools: readonly PublishedPool[]): RunDirectory {
  const run = makeRunDirectory(pools);
  opened.push(run);
  return run;
}

function pool(...blocks: readonly string[]): PublishedPool {
  return { name: 'default', prefix: '10.244.0.0/16', blockLength: 26, blocks };
}

interface CallOptions {
  readonly ipam?: object;
  readonly more?: object;
  readonly env?: Readonly<Record<string, string>>;
  readonly cwd?: string;
  readonly input?: string;
  /** SIGKILL after this time. */
  readonly killMs?: number;
}

function call(
  run: RunDirectory,
  verb: string,
  id: string,
  options: CallOptions = {},
): Promise<Ran> {
  const ipam = { type: 'hedgerow-ipam', runDir: run.root, waitMs: 0, ...options.ipam };
  const input =
    options.input ?? JSON.stringify({ cniVersion: '1.0.0', name: 'pods', ipam, ...options.more });
  const env = {
    CNI_COMMAND: verb,
    CNI_CONTAINERID: id,
    CNI_IFNAME: 'eth0',
    CNI_NETNS: '/x',
    ...options.env,
  };
  return new Promise((resolve, reject) => {
    const child = spawn(plugin, [], {
      env,
      cwd: options.cwd ?? '/',
      stdio: ['pipe', 'pipe', 'ignore'],
    });
    let out = '';
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      out += text;
    });
    child.on('error', reject);
    // A plugin that closes its input early would make this fail: it must not, and a killed one may.
    child.stdin.on('error', (error) => (options.killMs === undefined ? reject(error) : undefined));
    child.on('close', (status) => {
      resolve({ status, answer: out.trim() === '' ? undefined : JSON.parse(out) });
    });
    child.stdin.end(input);
    if (options.killMs !== undefined) setTimeout(() => child.kill('SIGKILL'), options.killMs);
  });
}

function addressesOf({ answer }: Ran): readonly string[] {
  const ips = (answer?.ips ?? []) as readonly { readonly address: string }[];
  return ips.map(({ address }) => address);
}

describe.skipIf(requires({ binaries: [plugin] }))('the built plugin', () => {
  test.runIf(isElf)('is static and under 3 MB', () => {
    expect(binary.length).toBeLessThan(3_000_000);
    expect(programHeaderTypes(binary)).not.toContain(3);
  });

  test('adds, refuses to add again, checks and deletes with two families', async () => {
    const six = { name: 'six', prefix: 'fd00::/64', blockLength: 122, blocks: ['fd00::40/122'] };
    const run = open(pool('10.244.1.0/26'), six);
    const ipam = { pools: ['default', 'six'], routes: [{ dst: '::/0' }] };
    const added = await call(run, 'ADD', 'c1', { ipam });
    expect(added).toEqual({
      status: 0,
      answer: {
        cniVersion: '1.0.0',
        ips: [
          { address: '10.244.1.0/16', gateway: '10.244.0.1' },
          { address: 'fd00::40/64', gateway: 'fd00::1' },
        ],
        routes: [{ dst: '::/0' }],
        dns: {},
      },
    });
    for (const other of [ipam, { pools: ['default'] }]) {
      const again = await call(run, 'ADD', 'c1', { ipam: other });
      expect(again).toMatchObject({ status: 1, answer: { code: 105 } });
      expect(again.answer?.msg).toMatch(/c1:eth0 already has .*10\.244\.1\.0 of pool default/);
    }
    const more = { prevResult: added.answer };
    expect(await call(run, 'CHECK', 'c1', { ipam, more })).toEqual({
      status: 0,
      answer: undefined,
    });
    for (let round = 0; round < 2; round++)
      expect(await call(run, 'DEL', 'c1')).toEqual({ status: 0, answer: undefined });
    expect(run.remains()).toEqual([]);
  });

  test('two that race for the last address: one gets it, the other is told to try again', async () => {
    const run = open({ ...pool('10.244.1.0/30'), blockLength: 30 });
    for (const id of ['a', 'b', 'c']) await call(run, 'ADD', id);
    for (let round = 0; round < 25; round++) {
      const ran = await Promise.all(['x', 'y'].map((id) => call(run, 'ADD', id)));
      expect(ran.map(({ status }) => status).sort()).toEqual([0, 1]);
      expect(ran.find(({ status }) => status === 1)?.answer?.code).toBe(11);
      await Promise.all(['x', 'y'].map((id) => call(run, 'DEL', id)));
    }
    expect(run.remains()).toHaveLength(6);
  });

  test('a hundred at once get a hundred addresses, and leave none', async () => {
    const run = open(pool('10.244.1.0/26', '10.244.1.64/26'));
    const ids = Array.from({ length: 100 }, (_, at) => `c${at}`);
    const added = await Promise.all(ids.map((id) => call(run, 'ADD', id)));
    expect(new Set(added.flatMap(addressesOf)).size).toBe(100);
    const deleted = await Promise.all(ids.map((id) => call(run, 'DEL', id)));
    expect(deleted.every(({ status }) => status === 0)).toBe(true);
    expect(run.remains()).toEqual([]);
  });

  test('killed at any time, it leaves nothing that DEL does not free', async () => {
    const run = open(pool('10.244.1.0/26'));
    const ids = Array.from({ length: 120 }, (_, at) => `c${at}`);
    await Promise.all(ids.map((id, at) => call(run, 'ADD', id, { killMs: (at % 40) / 4 })));
    await Promise.all(ids.map((id, at) => call(run, 'DEL', id, { killMs: (at % 40) / 4 })));
    await Promise.all(ids.map((id) => call(run, 'DEL', id)));
    expect(run.remains()).toEqual([]);
  });

  test('waits for a block, having left a wish', async () => {
    const run = open(pool());
    const adding = call(run, 'ADD', 'c1', { ipam: { waitMs: 30_000 } });
    const wanted = join(run.place.boot, 'wanted');
    while (readdirSync(wanted).length === 0) await new Promise((next) => setTimeout(next, 5));
    expect(readdirSync(wanted)).toEqual(['default']);
    run.publish('default', '10.244.1.0/26');
    expect(addressesOf(await adding)).toEqual(['10.244.1.0/16']);
  });

  test.each([
    ['is not JSON', 'hello', 6],
    ['is empty', '', 6],
    ['is 10 MB', `{"cniVersion":"1.0.0","name":"${'x'.repeat(10_000_000)}"}`, 6],
    ['nests deeply', '['.repeat(1_000_000), 6],
    ['has no version', '{"name":"pods"}', 1],
    ['names an unknown pool', undefined, 7],
  ])('standard input that %s', async (_, input, code) => {
    const run = open(pool('10.244.1.0/26'));
    const options = input === undefined ? { ipam: { pools: ['nope'] } } : { input };
    const { status, answer } = await call(run, 'ADD', 'c1', options);
    expect([status, answer?.code]).toEqual([1, code]);
    expect(run.remains()).toEqual([]);
  });

  test('a container id with slashes is refused', async () => {
    const { status, answer } = await call(open(pool()), 'ADD', '../../../etc');
    expect([status, answer?.code]).toEqual([1, 4]);
  });

  test('needs nothing but its variables, and no file or variable changes what runs', async () => {
    const run = open(pool('10.244.1.0/26'));
    const cwd = dirname(run.root);
    for (const name of ['std.js', 'os.js', 'std', 'os', 'plugin.js', 'qjs.so', 'std.so'])
      writeFileSync(join(cwd, name), 'throw new Error("somebody else\'s code");');
    const env = { NODE_OPTIONS: '--throw', QJS_PATH: cwd, LD_LIBRARY_PATH: cwd, LD_PRELOAD: '' };
    const { status } = await call(run, 'ADD', 'c1', { cwd, env: isElf ? env : {} });
    expect(status).toBe(0);
  });

  describe('refuses a run directory', () => {
    test.each([
      ['that anybody may write to', (run: RunDirectory) => chmodSync(run.root, 0o777)],
      ['that a group may write to', (run: RunDirectory) => chmodSync(run.root, 0o775)],
    ])('%s', async (_, spoil) => {
      const run = open(pool('10.244.1.0/26'));
      spoil(run);
      for (const verb of ['ADD', 'DEL'])
        expect((await call(run, verb, 'c1')).answer?.code).toBe(101);
    });

    test('that is a symlink', async () => {
      const run = open(pool('10.244.1.0/26'));
      const link = join(dirname(run.root), 'link');
      symlinkSync(run.root, link);
      expect((await call(run, 'ADD', 'c1', { ipam: { runDir: link } })).answer?.code).toBe(101);
    });

    test.skipIf(requires({ root: true }))('that belongs to somebody else', async () => {
      const run = open(pool('10.244.1.0/26'));
      chownSync(run.root, 12_345, 12_345);
      expect((await call(run, 'ADD', 'c1')).answer?.code).toBe(101);
    });

    test('and never makes one', async () => {
      const run = open(pool());
      const runDir = join(dirname(run.root), 'absent');
      expect((await call(run, 'ADD', 'c1', { ipam: { runDir } })).answer?.code).toBe(11);
      expect((await call(run, 'DEL', 'c1', { ipam: { runDir } })).status).toBe(0);
      expect(existsSync(runDir)).toBe(false);
      // One of an earlier boot has nothing of this one.
      mkdirSync(runDir, { mode: 0o755 });
      expect((await call(run, 'DEL', 'c1', { ipam: { runDir } })).status).toBe(0);
      expect(readdirSync(runDir)).toEqual([]);
    });
  });
});

/** Types of an ELF file's program headers; 3 is an interpreter, which a static executable lacks. */
function programHeaderTypes(elf: Buffer): readonly number[] {
  const start = Number(elf.readBigUInt64LE(32));
  const size = elf.readUInt16LE(54);
  const count = elf.readUInt16LE(56);
  return Array.from({ length: count }, (_, at) => elf.readUInt32LE(start + at * size));
}
