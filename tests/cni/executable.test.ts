// What the built plugin is, whatever it does.

import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { requires } from '../support/requires.ts';
import { callSync, envOf, plugin } from './callPlugin.ts';
import { makeRunDirectory, type RunDirectory } from './runDirectory.ts';

function inputFor(run: RunDirectory, waitMs: number, more: object = {}): string {
  const ipam = { type: 'hedgerow-ipam', runDir: run.root, waitMs };
  return JSON.stringify({ cniVersion: '1.1.0', name: 'pods', ipam, ...more });
}

const pool = { name: 'default', prefix: '10.244.0.0/16', blockLength: 26 };

/** The most memory that a process has had, in kB. */
function peakKb(pid: number | undefined): number {
  return Number(/VmHWM:\s*(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]);
}

describe.skipIf(requires({ binaries: [plugin] }))('the executable', () => {
  const isStatic = existsSync(plugin) && readFileSync(plugin).subarray(1, 4).toString() === 'ELF';

  test.runIf(isStatic)(
    'is under 3 MB and takes under 6 MB of memory, also while it waits',
    async () => {
      expect(statSync(plugin).size).toBeLessThan(3_000_000);
      const run = makeRunDirectory([{ ...pool, blocks: [] }]);
      const child = spawn(plugin, [], {
        env: envOf('ADD', 'c1'),
        stdio: ['pipe', 'pipe', 'ignore'],
      });
      const ended = new Promise((resolve) => child.on('close', resolve));
      child.stdin.end(inputFor(run, 60_000));
      const wanted = join(run.place.boot, 'wanted', 'default');
      // It has looked through everything and sleeps by then.
      while (!existsSync(wanted)) await new Promise((next) => setTimeout(next, 5));
      expect(peakKb(child.pid)).toBeLessThan(6_000);
      run.publish('default', '10.244.1.0/26');
      await ended;
      run.remove();
    },
  );

  test.runIf(isStatic)('takes no arguments: it writes no picture of itself', () => {
    const folder = mkdtempSync(join(tmpdir(), 'hedgerow-picture-'));
    const path = join(folder, 'picture');
    const options = { env: envOf('VERSION', 'c1'), input: '{"cniVersion":"1.0.0"}' };
    expect(spawnSync(plugin, [path], options).status).toBe(0);
    expect(existsSync(path)).toBe(false);
    rmSync(folder, { recursive: true });
  });

  test('each call starts afresh: other claims, the time of now', () => {
    const run = makeRunDirectory([{ ...pool, blocks: ['10.244.1.0/26'] }]);
    const input = inputFor(run, 0);
    for (let at = 0; at < 20; at++)
      expect(callSync({ verb: 'ADD', id: `c${at}`, input }).status).toBe(0);
    const claims = run.remains().flatMap((line) => line.split(' ')[1] ?? []);
    expect(new Set(claims).size).toBe(20);
    // GC compares with the clock: what was added just now is too young.
    const none = inputFor(run, 0, { 'cni.dev/valid-attachments': [] });
    expect(callSync({ verb: 'GC', id: '', input: none }).status).toBe(0);
    expect(run.remains()).toHaveLength(40);
    run.remove();
  });

  test('GC takes a list of 20,000 attachments', () => {
    const run = makeRunDirectory([{ ...pool, blocks: ['10.244.1.0/26'] }]);
    const valid = Array.from({ length: 20_000 }, (_, at) => ({
      containerID: at.toString(16).padStart(64, '0'),
      ifname: 'eth0',
    }));
    const input = inputFor(run, 0, { 'cni.dev/valid-attachments': valid });
    expect(callSync({ verb: 'GC', id: '', input }).status).toBe(0);
    run.remove();
  });
});
