/** The disk in memory and the real one answer the same to any sequence of operations. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createMemoryFiles, type Files } from '@hedgerow/core/claims';
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { nodeFiles } from './files.ts';

let base = '';
beforeAll(() => {
  base = mkdtempSync(join(tmpdir(), 'hedgerow-files-'));
});
afterAll(() => rmSync(base, { recursive: true }));

const short = fc.constantFrom('a', 'b', 'a/x', 'a/y', 'b/x', 'a/x/z');
const path = fc.oneof({ weight: 9, arbitrary: short }, fc.constant('n'.repeat(256)));

type Operation = (files: Files, root: string) => unknown;
const operation: fc.Arbitrary<Operation> = fc.oneof(
  path.map(
    (p): Operation =>
      (files, root) =>
        files.mkdir(`${root}/${p}`),
  ),
  path.map(
    (p): Operation =>
      (files, root) =>
        files.mkdir(`${root}/${p}`),
  ),
  path.map(
    (p): Operation =>
      (files, root) =>
        files.rmdir(`${root}/${p}`),
  ),
  path.map(
    (p): Operation =>
      (files, root) =>
        files.symlink('some text: a/b', `${root}/${p}`),
  ),
  path.map(
    (p): Operation =>
      (files, root) =>
        files.writeText(`${root}/${p}`, 'text'),
  ),
  path.map(
    (p): Operation =>
      (files, root) =>
        files.readText(`${root}/${p}`, 3),
  ),
  path.map(
    (p): Operation =>
      (files, root) =>
        files.readlink(`${root}/${p}`),
  ),
  path.map(
    (p): Operation =>
      (files, root) =>
        statOf(files, `${root}/${p}`),
  ),
  path.map(
    (p): Operation =>
      (files, root) =>
        namesOf(files, `${root}/${p}`),
  ),
  // Claims unlink symlinks only; what unlink says of a directory differs between systems.
  path.map(
    (p): Operation =>
      (files, root) => {
        const stat = files.lstat(`${root}/${p}`);
        return typeof stat !== 'string' && stat.kind === 'directory'
          ? ''
          : files.unlink(`${root}/${p}`);
      },
  ),
  fc
    .tuple(short, short)
    .filter(([from, to]) => !from.startsWith(`${to}/`))
    .map(
      ([from, to]): Operation =>
        (files, root) =>
          files.rename(`${root}/${from}`, `${root}/${to}`),
    ),
);

function statOf(files: Files, at: string): unknown {
  const stat = files.lstat(at);
  if (typeof stat === 'string') return stat;
  return stat.kind === 'directory' ? [stat.kind, stat.nlink] : stat.kind;
}

function namesOf(files: Files, at: string): unknown {
  const names = files.readdir(at);
  return typeof names === 'string' ? names : [...names].sort();
}

test('memory and disk agree', () => {
  let runs = 0;
  fc.assert(
    fc.property(fc.array(operation, { maxLength: 40 }), (operations) => {
      const root = `${base}/${runs++}`;
      const memory = createMemoryFiles({ nowMs: () => 0, countsLinks: linksCount() });
      for (const part of root
        .split('/')
        .slice(1)
        .map((_, at, all) => all.slice(0, at + 1)))
        memory.mkdir(`/${part.join('/')}`);
      nodeFiles.mkdir(root);
      for (const run of operations) expect(run(memory, root)).toEqual(run(nodeFiles, root));
    }),
    { numRuns: 150 },
  );
});

/** Some file systems do not count the links of directories. */
function linksCount(): boolean {
  const stat = nodeFiles.lstat(base);
  return typeof stat !== 'string' && stat.nlink >= 2;
}
