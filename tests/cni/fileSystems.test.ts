// The real executable on file systems that are full, or cannot be written.

import { type ChildProcess, spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, describe, expect, test } from 'vitest';
import { requires } from '../support/requires.ts';
import { plugin } from './callPlugin.ts';
import type { RunDirectory } from './runDirectory.ts';
import { call, config, sandbox } from './sandbox.ts';

const { open, undo, clean } = sandbox();
afterEach(clean);

describe.skipIf(requires({ binaries: [plugin], root: true, netns: true }))('a file system', () => {
  test('that is read-only: code 5, and DEL says so too', async () => {
    const base = await mount('size=1m', (path) => open(path));
    expect(call(config(base.run))).toMatchObject({ status: 0 });
    await base.sh(`mount -o remount,ro ${base.path}`);
    const words = expect.stringContaining('EROFS');
    expect(call(config(base.run), { CNI_CONTAINERID: 'c2' })).toMatchObject({ code: 5, words });
    expect(call(config(base.run), { CNI_COMMAND: 'DEL' })).toMatchObject({ code: 5, words });
    expect(call(config(base.run))).toMatchObject({ code: 105 });
    await base.sh(`mount -o remount,rw ${base.path}`);
    expect(call(config(base.run), { CNI_COMMAND: 'DEL' }).status).toBe(0);
    expect(base.run.remains()).toEqual([]);
  });

  test('that is full: code 5, nothing is left over, and DEL works', async () => {
    const base = await mount('nr_inodes=60', (path) => open(path));
    expect(call(config(base.run))).toMatchObject({ status: 0 });
    const filler = join(base.run.root, 'filler');
    mkdirSync(filler);
    for (let free = 0; free < 8; free++) {
      // Full but for so many files.
      let at = 0;
      for (; ; at++) {
        try {
          writeFileSync(join(filler, `${at}`), '');
        } catch {
          break;
        }
      }
      for (let spare = 0; spare < free; spare++) rmSync(join(filler, `${at - 1 - spare}`));
      const before = base.run.remains();
      const said = call(config(base.run), { CNI_CONTAINERID: 'c2' });
      if (said.status === 0) break;
      expect(said).toMatchObject({ code: 5, words: expect.stringContaining('ENOSPC') });
      expect(base.run.remains()).toEqual(before);
      expect(free).toBeLessThan(7);
    }
    for (const id of ['c1', 'c2'])
      expect(call(config(base.run), { CNI_COMMAND: 'DEL', CNI_CONTAINERID: id }).status).toBe(0);
    expect(base.run.remains()).toEqual([]);
  });
});

interface Mounted {
  readonly path: string;
  readonly run: RunDirectory;
  /** Runs a command in the mount namespace. */
  sh(script: string): Promise<void>;
}

/** A small file system in memory in a mount namespace of its own, reached through the shell that holds it. */
async function mount(options: string, fill: (path: string) => RunDirectory): Promise<Mounted> {
  const path = mkdtempSync(join(tmpdir(), 'hedgerow-mount-'));
  undo(() => rmSync(path, { recursive: true }));
  const args = ['--mount', '--propagation', 'private', 'sh'];
  const shell = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  undo(() => ended(shell));
  const sh = (script: string): Promise<void> =>
    new Promise((resolve, reject) => {
      shell.stdout.once('data', (text) =>
        String(text) === '0\n' ? resolve() : reject(new Error(`${script}: ${text}`)),
      );
      shell.stdin.write(`${script}; echo $?\n`);
    });
  await sh(`mount -t tmpfs -o ${options} tmpfs ${path}`);
  return { path, run: fill(`/proc/${shell.pid}/root${path}`), sh };
}

function ended(shell: ChildProcess): Promise<void> {
  return new Promise((resolve) => {
    shell.on('close', () => resolve());
    shell.stdin?.end();
  });
}
