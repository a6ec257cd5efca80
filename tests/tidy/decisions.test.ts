// The list of decisions has every page, under its own title.

import { readdirSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';

const folder = fileURLToPath(new URL('../../docs/decisions/', import.meta.url));

it('lists every decision', () => {
  const pages = readdirSync(folder).filter((name) => name !== 'README.md');
  const lines = pages.map((name) => {
    const [heading = ''] = readFileSync(folder + name, 'utf8').split('\n');
    return `- [${heading.replace(/^# /, '')}](${name})`;
  });
  const listed = readFileSync(`${folder}README.md`, 'utf8').split('\n');
  expect(listed.filter((line) => line.startsWith('- ')).sort()).toEqual(lines.sort());
});
