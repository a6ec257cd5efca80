// Leak collection with real network namespaces, and addresses that the plugin gave for them.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ok } from '@hedgerow/core';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { machineNamespaces } from '../../packages/node-agent/src/leaks/index.ts';
import {
  createRunDirectory,
  nodeFiles,
  type RunDirectory,
} from '../../packages/node-agent/src/rundir/index.ts';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { addressOf, callCni } from '../support/cni.ts';
import { requires } from '../support/requires.ts';
import { mustRun, run } from '../support/run.ts';
import { createHome, hedgerowIpam, networkOf } from '../support/testNode.ts';
import { until } from '../support/until.ts';

const blocked = requires({
  root: true,
  netns: true,
  binaries: ['unshare', 'nsenter', hedgerowIpam],
});
const pool = { name: 'default', prefix: '10.95.0.0/16', blockLength: 28, subnet: 'pool' } as const;

describe.skipIf(blocked)('addresses of containers that are gone', () => {
  let cleanup: Cleanup;
  let home: string;
  let runDir: string;
  let names: string;
  let nowMs: number;
  let directory: RunDirectory;

  beforeEach(() => {
    cleanup = createCleanup();
    home = createHome(cleanup);
    runDir = join(home, 'run');
    names = join(home, 'netns');
    mkdirSync(names);
    nowMs = 0;
    directory = open();
    directory.publish({ pool: 'default', prefix: '10.95.1.0/28' });
  });
  afterEach(() => cleanup.run());

  function open(): RunDirectory {
    const notes = new Map<string, string>();
    const opened = createRunDirectory({
      runDir,
      files: nodeFiles,
      notes: {
        notes: () => ok(notes),
        putNotes: (changes) => {
          for (const [name, text] of Object.entries(changes)) notes.set(name, text ?? '');
          return ok(undefined);
        },
      },
      pools: [pool],
      restMs: 0,
      member: 'a',
      name: 'a',
      onEvent: () => {},
      pollMs: 3_600_000,
      nowMs: () => nowMs,
    });
    if (!opened.ok) throw new Error(opened.error.message);
    cleanup.add('run directory', () => opened.value.stop());
    return opened.value;
  }

  /** Makes a namespace under a name, as runtimes do: a file, and the namespace mounted on it. */
  async function makeNamespace(name: string): Promise<string> {
    const path = join(names, name);
    writeFileSync(path, '');
    await mustRun('unshare', [`--net=${path}`, 'true']);
    cleanup.add(path, () => run('umount', ['--lazy', path]));
    return path;
  }

  async function removeName(path: string): Promise<void> {
    await mustRun('umount', [path]);
    rmSync(path);
  }

  async function addTo(container: string, netns: string): Promise<string> {
    const call = { plugin: hedgerowIpam, containerId: container, config: networkOf(runDir), netns };
    return addressOf(await callCni({ ...call, verb: 'ADD' }));
  }

  /** One look a minute; the last one's reports. */
  async function looks(count: number) {
    let last = await directory.collect(false);
    for (let look = 1; look < count; look++) {
      nowMs += 60_000;
      last = await directory.collect(false);
    }
    nowMs += 60_000;
    return last.leaks;
  }

  /** A process inside a namespace. */
  async function enter(path: string): Promise<ChildProcess> {
    const child = spawn('nsenter', [`--net=${path}`, 'sleep', '600'], { stdio: 'ignore' });
    cleanup.add('process', () => child.kill('SIGKILL'));
    await new Promise((resolve) => child.once('spawn', resolve));
    const inode = machineNamespaces.inodeAt(path) ?? '';
    for (;;) {
      const { stdout } = await run('readlink', [`/proc/${child.pid}/ns/net`]);
      if (stdout.includes(inode)) return child;
    }
  }

  function held(): readonly string[] {
    return directory.addresses().map(({ address }) => address);
  }

  test('are freed at the second look, and given again', async () => {
    const path = await makeNamespace('cni-1');
    const other = await makeNamespace('cni-2');
    const [gone, stays] = [await addTo('c1', path), await addTo('c2', other)];
    expect(await looks(2)).toEqual([]);
    await removeName(path);
    expect(await looks(1)).toMatchObject([{ state: 'waiting', address: gone, container: 'c1' }]);
    expect(held()).toContain(gone);
    expect(await looks(1)).toMatchObject([{ state: 'freed', address: gone }]);
    expect(held()).toEqual([stays]);
  });

  test('stay while a process lives in the namespace without a name, and go when it ends', async () => {
    const path = await makeNamespace('cni-1');
    const address = await addTo('c1', path);
    const child = await enter(path);
    await looks(1);
    await removeName(path);
    expect((await looks(4))[0]?.reason).toMatch(/still uses/);
    expect(held()).toEqual([address]);
    child.kill('SIGKILL');
    await new Promise((resolve) => child.once('close', resolve));
    expect(await looks(1)).toMatchObject([{ state: 'freed' }]);
  });

  test('stay while the namespace is mounted under another name', async () => {
    const path = await makeNamespace('cni-1');
    const second = join(home, 'elsewhere');
    writeFileSync(second, '');
    await mustRun('mount', ['--bind', path, second]);
    cleanup.add(second, () => run('umount', ['--lazy', second]));
    await addTo('c1', path);
    await looks(1);
    await removeName(path);
    expect((await looks(4))[0]?.reason).toMatch(/still uses/);
    await mustRun('umount', [second]);
    expect((await looks(1))[0]?.state).toBe('freed');
  });

  test('stay when another file system covers the directory, or it is gone as a whole', async () => {
    const path = await makeNamespace('cni-1');
    const address = await addTo('c1', path);
    await looks(1);
    await mustRun('mount', ['-t', 'tmpfs', 'tmpfs', names]);
    cleanup.add('tmpfs', () => run('umount', ['--lazy', names]));
    expect((await looks(4))[0]?.reason).toMatch(/not the directory any more/);
    await mustRun('umount', [names]);
    expect(await looks(1)).toEqual([]);
    await mustRun('umount', [path]);
    renameSync(names, `${names}.away`);
    expect((await looks(4))[0]?.reason).toMatch(/ENOENT/);
    mkdirSync(names);
    expect((await looks(4))[0]?.reason).toMatch(/not the directory any more/);
    expect(held()).toEqual([address]);
  });

  test('stay when only the mount is gone, as in a mount namespace that does not see it', async () => {
    const path = await makeNamespace('cni-1');
    await addTo('c1', path);
    await looks(1);
    await mustRun('umount', [path]);
    expect((await looks(4))[0]?.reason).toMatch(/no namespace can be seen behind it/);
    expect(held()).toHaveLength(1);
  });

  test('stay when the container came back under the same name, which is refused until its DEL', async () => {
    const path = await makeNamespace('cni-1');
    const first = await addTo('c1', path);
    await looks(1);
    await removeName(path);
    await looks(1);
    await makeNamespace('cni-1');
    await expect(addTo('c1', path)).rejects.toThrow('already has');
    expect(held()).toEqual([first]);
    expect(await looks(4)).toEqual([]);
    const gone = { plugin: hedgerowIpam, containerId: 'c1', config: networkOf(runDir) };
    expect((await callCni({ ...gone, verb: 'DEL' })).ok).toBe(true);
    await removeName(path);
    const next = await addTo('c1', await makeNamespace('cni-2'));
    expect(await looks(4)).toEqual([]);
    expect(held()).toEqual([next]);
  });

  test('are freed after a restart of the agent too', async () => {
    const path = await makeNamespace('cni-1');
    await addTo('c1', path);
    await looks(1);
    directory.stop();
    await removeName(path);
    directory = open();
    expect(await looks(1)).toMatchObject([{ state: 'waiting' }]);
    expect(await looks(1)).toMatchObject([{ state: 'freed' }]);
  });

  test('are none of those that a process names', async () => {
    await addTo('c1', `/proc/${process.pid}/ns/net`);
    await addTo('c2', '/proc/4194303/ns/net');
    expect((await looks(4)).map(({ state }) => state)).toEqual(['kept', 'kept']);
  });
});

test.skipIf(blocked)('whoever may not look into other processes frees nothing', async () => {
  const script = `
    const { machineNamespaces } = await import('${new URL('../../packages/node-agent/src/leaks/namespaces.ts', import.meta.url)}');
    console.log(JSON.stringify([await machineNamespaces.inUse(), machineNamespaces.directory('/root')]));`;
  const cleanup = createCleanup();
  const home = createHome(cleanup);
  const file = join(home, 'look.mjs');
  writeFileSync(file, script);
  await mustRun('chmod', ['755', home]);
  const closed = spawn('unshare', ['--net', 'sleep', '600'], { stdio: 'ignore' });
  cleanup.add('process', () => closed.kill('SIGKILL'));
  await until('it is in a namespace of its own', async () => {
    const inside = await run('readlink', [`/proc/${closed.pid}/ns/net`]);
    return (
      inside.stdout !== '' &&
      inside.stdout !== (await run('readlink', ['/proc/self/ns/net'])).stdout
    );
  });
  const nobody = ['--reuid', '65534', '--regid', '65534', '--clear-groups'];
  const looked = await run('setpriv', [...nobody, process.execPath, file]);
  await cleanup.run();
  expect(looked.stdout, looked.stderr).toMatch(/run as root/);
  expect(looked.stdout).toMatch(/\/root cannot be read \(EACCES\)/);
});
