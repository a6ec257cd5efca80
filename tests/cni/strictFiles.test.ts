// What the protocol relies on where somebody planted links, pipes and long files: the plugin on Node and the
// agent, which do not share their code, refuse the same.

import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { nodeFiles as plugins } from '@hedgerow/cni';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeFiles as agents } from '../../packages/node-agent/src/rundir/nodeFiles.ts';

let base = '';
const at = (name: string): string => join(base, name);
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'hedgerow-strict-'));
  mkdirSync(at('outside'));
  writeFileSync(at('outside/file'), 'text');
  symlinkSync('outside', at('link'));
  symlinkSync('outside/file', at('linkToFile'));
});
afterEach(() => rmSync(base, { recursive: true }));

describe.each([
  ['plugin on Node', plugins],
  ['agent', agents],
])('the files of the %s', (_, files) => {
  test('list no directory through a link', () => {
    expect(files.readdir(at('link'))).toBe('ENOTDIR');
    expect(files.readdir(at('outside'))).toEqual(['file']);
  });

  test('read no text through a link, of a pipe, of a directory, or too long', () => {
    expect(spawnSync('mkfifo', [at('pipe')]).status).toBe(0);
    expect(files.readText(at('linkToFile'), 10)).toBe('ELOOP');
    expect(files.readText(at('pipe'), 10)).toBe('EINVAL');
    expect(files.readText(at('outside'), 10)).toBe('EISDIR');
    expect(files.readText(at('outside/file'), 3)).toBe('EINVAL');
    expect(files.readText(at('outside/file'), 4)).toEqual({ text: 'text' });
    expect(files.readText('/proc/self/comm', 64)).toHaveProperty('text');
    expect(files.readText(at('none'), 4)).toBe('ENOENT');
    expect(files.readText(at('outside/file/none'), 4)).toBe('ENOTDIR');
  });

  test('touch a link and not what it leads to', () => {
    utimesSync(at('outside'), 1, 1);
    expect(files.touch(at('link'))).toBe(undefined);
    expect(statSync(at('outside')).mtimeMs).toBe(1000);
    expect(lstatSync(at('link')).mtimeMs).toBeGreaterThan(1000);
  });

  test('write by replacing: no link is written through, and modes are ours', () => {
    expect(files.writeText(at('linkToFile'), 'new')).toBe(undefined);
    expect(readFileSync(at('outside/file'), 'utf8')).toBe('text');
    expect(lstatSync(at('linkToFile')).isFile()).toBe(true);
    const before = process.umask(0o022);
    try {
      files.writeText(at('made'), 'text');
      files.mkdir(at('directory'));
    } finally {
      process.umask(before);
    }
    expect(files.lstat(at('made'))).toMatchObject({ kind: 'file', mode: 0o644 });
    expect(files.lstat(at('directory'))).toMatchObject({ kind: 'directory', mode: 0o755 });
  });

  test('leave nothing behind when they cannot write', () => {
    mkdirSync(at('full/taken'), { recursive: true });
    expect(files.writeText(at('full'), 'text')).toBe('EISDIR');
    expect(readdirSync(base).sort()).toEqual(['full', 'link', 'linkToFile', 'outside']);
    expect(files.writeText(at('none/file'), 'text')).toBe('ENOENT');
    expect(existsSync(at('none'))).toBe(false);
  });

  test('tell set-id bits, and say which error it was', () => {
    chmodSync(at('outside'), 0o2775);
    expect(files.lstat(at('outside'))).toMatchObject({ mode: 0o2775, uid: process.getuid?.() });
    expect(files.mkdir(at('outside'))).toBe('EEXIST');
    expect(files.rmdir(at('outside'))).toBe('ENOTEMPTY');
    expect(files.rmdir(at('link'))).toBe('ENOTDIR');
    expect(files.readlink(at('outside'))).toBe('EINVAL');
    expect(files.mkdir(at('n'.repeat(256)))).toBe('OTHER');
  });
});
