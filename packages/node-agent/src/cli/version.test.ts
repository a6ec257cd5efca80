import { readFileSync } from 'node:fs';
import { expect, it } from 'vitest';
import { runCli } from './runCli.ts';
import { version } from './version.ts';

it('is the version of the package, and `hedgerow --version` prints it', async () => {
  const manifest = JSON.parse(
    readFileSync(new URL('../../package.json', import.meta.url), 'utf8'),
  ) as { version: string };
  expect(version).toBe(manifest.version);
  const printed: string[] = [];
  const io = {
    out: (text: string) => printed.push(text),
    err: (text: string) => printed.push(text),
    colour: false,
  };
  expect(await runCli(['--version'], io as never)).toBe(0);
  expect(printed).toEqual([version]);
});
