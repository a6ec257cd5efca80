// A source file that a page names is there.

import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const root = fileURLToPath(new URL('../../', import.meta.url));
const named = /`([\w./@-]+\.(?:ts|mjs))`/g;

function filesOf(...patterns: readonly string[]): readonly string[] {
  const args = ['ls-files', '--cached', '--others', '--exclude-standard', '--', ...patterns];
  return execFileSync('git', args, { cwd: root, encoding: 'utf8' }).trim().split('\n');
}

it('pages name no source file that is gone', () => {
  const sources = filesOf('*.ts', '*.mjs').map((path) => `/${path}`);
  const pages = filesOf('*.md').filter((page) => !page.startsWith('docs/api/'));
  const mentions = pages.flatMap((page) =>
    Array.from(readFileSync(root + page, 'utf8').matchAll(named), ([, name = '']) => ({
      page,
      name,
    })),
  );
  expect(mentions.length).toBeGreaterThan(20);
  const gone = mentions.filter(
    ({ name }) => !sources.some((path) => path.endsWith(`/${name.replace(/^\.\//, '')}`)),
  );
  expect(gone).toEqual([]);
});
