// The install step: one whole plugin under its name at any time, and nothing beside it.

import { linkSync, mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { type Ran, run } from '../support/run.ts';
import { createHome, hedgerowIpam } from '../support/testNode.ts';

const script = fileURLToPath(new URL('../../scripts/installPlugin.mjs', import.meta.url));

let cleanup: Cleanup;
let home: string;
beforeEach(() => {
  cleanup = createCleanup();
  home = createHome(cleanup);
});
afterEach(() => cleanup.run());

/** As npm runs it for a user who stands in `home`. */
function install(...args: readonly string[]): Promise<Ran> {
  return run(process.execPath, [script, ...args], { env: { INIT_CWD: home } });
}

it('puts a plugin that anybody may run in the place of the one before', async () => {
  mkdirSync(join(home, 'bin'));
  const target = join(home, 'bin', 'hedgerow-ipam');
  writeFileSync(target, 'old', { mode: 0o600 });
  linkSync(target, join(home, 'running'));
  const ran = await install('bin');
  expect(ran).toMatchObject({ code: 0, stdout: `installed ${target}\n` });
  expect(readdirSync(join(home, 'bin'))).toEqual(['hedgerow-ipam']);
  expect(statSync(target).mode & 0o777).toBe(0o755);
  expect(readFileSync(target).equals(readFileSync(hedgerowIpam))).toBe(true);
  expect(readFileSync(join(home, 'running'), 'utf8')).toBe('old');
});

it('leaves everything as it was when it fails', async () => {
  mkdirSync(join(home, 'hedgerow-ipam', 'in the way'), { recursive: true });
  const ran = await install('.');
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain('is as it was');
  expect(readdirSync(home)).toEqual(['hedgerow-ipam']);
});

it('makes no directory, and wants exactly one', async () => {
  const ran = await install('opt/cni/bin');
  expect(ran.code).toBe(1);
  expect(ran.stderr).toContain(`There is no directory ${home}/opt/cni/bin`);
  expect(readdirSync(home)).toEqual([]);
  for (const args of [[], ['a', 'b']]) {
    expect(await install(...args)).toMatchObject({ code: 2, stdout: '' });
  }
});
