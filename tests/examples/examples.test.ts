// Every file in examples/ runs to its end, as its first lines say.

import { mkdirSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { mustRun } from '../support/run.ts';

const folder = fileURLToPath(new URL('../../examples', import.meta.url));
const examples = readdirSync(folder).filter((name) => name.endsWith('.ts'));
const scratch = join(tmpdir(), `hedgerow-examples-${process.pid}`);

/** What an example prints, for those that print. */
const printed: Readonly<Record<string, RegExp>> = {
  'embed.ts': /^pod-1 has 10\.9\.\d+\.\d+\/16, gateway 10\.9\.0\.1$/m,
};

beforeAll(() => mkdirSync(scratch));
afterAll(() => rmSync(scratch, { recursive: true }));

test('there are examples', () => {
  expect(examples).toEqual(expect.arrayContaining(Object.keys(printed)));
});

test.each(examples)('%s', async (name) => {
  const flag = '--conditions=hedgerow-source';
  const path = join(folder, name);
  expect(readFileSync(path, 'utf8')).toContain(`node ${flag} examples/${name}`);
  const { stdout } = await mustRun(process.execPath, [flag, path], { env: { TMPDIR: scratch } });
  expect(stdout).toMatch(printed[name] ?? /^/);
});
