// Each rule finds what it is there to find, and leaves good code alone.

import { expect, it } from 'vitest';
import { rules } from './rules/all.ts';
import type { ProjectFile } from './source.ts';

/** Files by path. */
type Files = Readonly<Record<string, string>>;

/** `bad`: each is one violation. `good`: none. */
interface Examples {
  readonly bad: readonly Files[];
  readonly good: readonly Files[];
}

const core = (text: string): Files => ({ 'packages/core/src/x/a.ts': text });
const test = (text: string): Files => ({ 'tests/x/a.test.ts': text });
const lines = (count: number) => 'x;\n'.repeat(count);

const examples: Readonly<Record<keyof typeof rules, Examples>> = {
  corePurity: {
    bad: [
      core('const t = Date.now();'),
      core('const t = new Date();'),
      core('const r = Math.random();'),
      core("import { readFileSync } from 'node:fs';"),
      core('async function f() {}'),
      core('type Later = Promise<number>;'),
      core('function f() { setTimeout(f, 1); }'),
      core('const log = console;'),
      core("const fs = require('fs');"),
      core('const x = process.env;'),
      core('const x = globalThis;'),
    ],
    good: [
      core('const s = "Date.now() and await"; // process, console'),
      core('const r = Math.max(1, 2); const o = { process: 1 }; const p = o.process;'),
      { 'packages/core/src/x/a.test.ts': 'const t = Date.now();' },
      { 'packages/node-agent/src/a.ts': 'const t = Date.now();' },
    ],
  },
  importDirection: {
    bad: [
      core("import { a } from '@hedgerow/cni';"),
      core("import { a } from '../../../cni/src/a.ts';"),
      core("export { a } from '@hedgerow/core/address';"),
      { 'packages/cni/src/a.ts': "import type { a } from '@hedgerow/node-agent';" },
      { 'packages/cni/src/a.ts': "const a = await import('@hedgerow/node-agent');" },
      { 'packages/node-agent/src/a.ts': "import { a } from '@hedgerow/cni/b';" },
    ],
    good: [
      core("import { a } from '../y/index.ts'; import { z } from 'zod';"),
      { 'packages/cni/src/a.ts': "import { a } from '@hedgerow/core/claims';" },
      { 'packages/node-agent/src/b/a.ts': "import { a } from '@hedgerow/core'; import '../c.ts';" },
    ],
  },
  roomOrder: {
    bad: [
      { 'packages/core/src/cluster/state/a.ts': "import { a } from '../writes/index.ts';" },
      { 'packages/core/src/cluster/blocks/a.ts': "import type { a } from '../members/index.ts';" },
      { 'packages/core/src/cluster/commit/a.ts': "import { a } from '../register/own.ts';" },
      { 'packages/core/src/cluster/attic/a.ts': 'export {};' },
    ],
    good: [
      {
        'packages/core/src/cluster/commit/a.ts':
          "import { a } from '../register/index.ts'; import { b } from './b.ts'; import { c } from '../../address/index.ts';",
      },
      { 'packages/core/src/cluster/state/a.test.ts': "import { a } from '../reducer/index.ts';" },
      { 'packages/core/src/cluster/index.ts': "export { a } from './reducer/step.ts';" },
    ],
  },
  importNames: {
    bad: [core("import { a } from './b';"), core("import { a } from './b.js';")],
    good: [core("import { a } from './b.ts';")],
  },
  indexPresence: {
    bad: [core('')],
    good: [{ ...core(''), 'packages/core/src/x/index.ts': '' }, { 'packages/cni/src/x/a.ts': '' }],
  },
  namedExports: {
    bad: [
      { 'packages/core/src/x/index.ts': "export * from './a.ts';" },
      { 'packages/core/src/x/index.ts': 'export const a = 1;' },
      { 'packages/core/src/x/index.ts': 'start();' },
    ],
    good: [
      {
        'packages/core/src/x/index.ts':
          "export { a } from './a.ts'; export type { B } from './b.ts';",
      },
    ],
  },
  fileSize: {
    bad: [core(lines(251)), test(lines(401)), { 'scripts/a.mjs': lines(251) }],
    good: [core(lines(250)), test(lines(400)), { 'docs/a.md': lines(1000) }],
  },
  noAny: {
    bad: [core('const a: any = 1;'), test('const a = [] as readonly any[];')],
    good: [core('const any = "any"; // any')],
  },
  noSilencing: {
    bad: [
      core('// biome-ignore lint/style/x'),
      core('// @ts-ignore'),
      core('// @ts-expect-error because'),
      core('/* biome-ignore-all lint: x */'),
    ],
    good: [core('// biome-ignore lint/style/x: the field calls it so')],
  },
  noSkips: {
    bad: [
      test("it.skip('a', f);"),
      test("describe.only('a', f);"),
      test("it.concurrent.only('a', f);"),
      test("it.todo('a');"),
      test("describe.skipIf(!isRoot)('a', f);"),
    ],
    good: [
      test("import { requires } from '../support/requires.ts'; it.skipIf(requires({}))('a', f);"),
      test('const skip = iterator.skip(1); // it.skip('),
    ],
  },
  numberedNotes: {
    bad: [core(`// ${'TO'}${'DO'}: later`), { 'docs/a.md': `${'FIX'}${'ME'} this` }],
    good: [core(`// ${'TO'}${'DO'} #12: later`)],
  },
  noRegistryHosts: {
    bad: [
      { 'pnpm-lock.yaml': `  tarball: https://${'regis'}${'try'}.example/a.tgz` },
      { '.npmrc': `x=${'regis'}${'try'}.example.org` },
      { '.ci/run': `echo deb http://${'deb'}.example/debian` },
    ],
    good: [
      core('registry.set(member, estate); // a registry. And more'),
      { 'pnpm-lock.yaml': 'a: 1' },
    ],
  },
  links: {
    bad: [{ 'docs/a.md': '[x](b.md)' }, { 'README.md': '<img src="docs/a.svg">' }],
    good: [
      {
        'docs/a.md': '[x](../README.md#top) [y](https://x.y/z) [z](#here) [d](.)',
        'README.md': '',
      },
    ],
  },
  moduleHeaders: {
    bad: [core("import './b.ts';\n\nexport const a = 1;")],
    good: [
      core('// Says.\nconst a = 1;'),
      core("import './b.ts';\n\n/** Says. */\nexport const a = 1;"),
    ],
  },
  docstrings: {
    bad: [
      {
        'packages/core/src/x/index.ts': "export { a } from './a.ts';",
        ...core('// no docstring\nexport function a(): void {}'),
      },
    ],
    good: [
      {
        'packages/core/src/x/index.ts': "export { a } from './a.ts';",
        ...core('/** Does. */\nexport function a(): void {}\nexport function inner(): void {}'),
      },
    ],
  },
};

const cases = Object.entries(rules).map(([name, rule]) => ({
  name,
  rule,
  ...examples[name as keyof typeof rules],
}));

it.each(cases)('$name finds each violation once', ({ rule, bad }) => {
  for (const files of bad)
    expect(rule.check(project(files)), JSON.stringify(files)).toHaveLength(1);
});

it.each(cases)('$name leaves good code alone', ({ rule, good }) => {
  for (const files of good) expect(rule.check(project(files))).toEqual([]);
});

function project(files: Files): readonly ProjectFile[] {
  return Object.entries(files).map(([path, text]) => ({ path, text }));
}
