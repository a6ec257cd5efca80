// What `npm pack` makes of each package can be used where nothing of this tree is.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';

const tree = fileURLToPath(new URL('../../packages', import.meta.url));
const packages = ['core', 'cni', 'node-agent'] as const;
const folder = mkdtempSync(join(tmpdir(), 'hedgerow-pack-'));
const installed = join(folder, 'node_modules');

interface Manifest {
  readonly version: string;
  readonly dependencies?: Readonly<Record<string, string>>;
}

function manifestOf(path: string): Manifest {
  return JSON.parse(readFileSync(join(path, 'package.json'), 'utf8'));
}

/** Packs, unpacks, and lends the dependencies that others published, so that nothing is downloaded. */
beforeAll(() => {
  for (const name of packages) {
    const options = { cwd: join(tree, name), encoding: 'utf8' } as const;
    const args = ['pack', '--silent', '--pack-destination', folder];
    const archive = execFileSync('npm', args, options).trim();
    const place = join(installed, '@hedgerow', name);
    mkdirSync(place, { recursive: true });
    const unpack = ['-xf', join(folder, archive), '-C', place, '--strip-components=1'];
    execFileSync('tar', unpack);
    for (const dependency of Object.keys(manifestOf(place).dependencies ?? {})) {
      if (dependency.startsWith('@hedgerow/')) continue;
      const link = join(place, 'node_modules', dependency);
      mkdirSync(dirname(link), { recursive: true });
      symlinkSync(join(tree, name, 'node_modules', dependency), link);
    }
  }
});
afterAll(() => rmSync(folder, { recursive: true }));

test.each([
  ['@hedgerow/core', 'ok'],
  ['@hedgerow/core/claims', 'attach'],
  ['@hedgerow/core/testing', ''],
  ['@hedgerow/cni', 'main'],
  ['@hedgerow/node-agent', 'createAgent'],
])('%s can be imported', (name, expected) => {
  const script = `console.log(JSON.stringify(Object.keys(await import('${name}'))))`;
  const args = ['--input-type=module', '-e', script];
  const names = JSON.parse(execFileSync(process.execPath, args, { cwd: folder, encoding: 'utf8' }));
  if (expected === '') expect(names.length).toBeGreaterThan(0);
  else expect(names).toContain(expected);
});

test.each(packages)('%s names others by version, and has no tests in it', (name) => {
  const place = join(installed, '@hedgerow', name);
  const versions = Object.values(manifestOf(place).dependencies ?? {});
  expect(versions.filter((version) => !/^\d/.test(version))).toEqual([]);
  const files = readdirSync(place, { recursive: true, encoding: 'utf8' });
  expect(
    files.filter((file) => !file.startsWith('node_modules') && /\.test\.|tsbuildinfo/.test(file)),
  ).toEqual([]);
  expect(files).toContain('dist/index.d.ts');
});
