import { chmodSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Files } from '@hedgerow/core/claims';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { nodeFiles } from './nodeFiles.ts';
import { prepareRoot } from './prepareRoot.ts';

let base: string;
let runDir: string;
beforeEach(() => {
  base = mkdtempSync(join(tmpdir(), 'hg-root-'));
  runDir = join(base, 'run');
});
afterEach(() => rmSync(base, { recursive: true, force: true }));

describe('the root', () => {
  function refusal(files: Files = nodeFiles): string {
    const result = prepareRoot(files, runDir);
    return result.ok ? 'accepted' : result.error.message;
  }
  test('is made with its parents, and not writable by others', () => {
    runDir = join(base, 'a/b/run');
    expect(refusal()).toBe('accepted');
  });
  test('is refused as a symbolic link', () => {
    mkdirSync(join(base, 'real'));
    symlinkSync(join(base, 'real'), runDir);
    expect(refusal()).toMatch(/is a symbolic link/);
  });
  test('is refused when others may write', () => {
    mkdirSync(runDir);
    chmodSync(runDir, 0o775);
    expect(refusal()).toMatch(/can be written by others \(mode 775\).*chmod 0755/);
  });
  test('is refused as a file', () => {
    writeFileSync(runDir, '');
    expect(refusal()).toMatch(/is not a directory/);
  });
  test('is refused when it belongs to someone else', () => {
    const foreign: Files = {
      ...nodeFiles,
      lstat: (path) => {
        const stat = nodeFiles.lstat(path);
        return typeof stat === 'string' ? stat : { ...stat, uid: stat.uid + 1 };
      },
    };
    expect(refusal(foreign)).toMatch(/belongs to user/);
  });
});
