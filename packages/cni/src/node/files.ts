/** Files over node:fs. */
import * as fs from 'node:fs';
import type { FileError, FileErrorCode, FileStat, Files } from '@hedgerow/core/claims';

const known: ReadonlySet<string> = new Set<FileErrorCode>([
  'ENOENT',
  'EEXIST',
  'ENOTEMPTY',
  'ENOTDIR',
  'EISDIR',
  'ENOSPC',
  'EROFS',
  'EACCES',
  'EPERM',
  'ELOOP',
  'EINVAL',
  'EIO',
]);

function codeOf(error: unknown): FileErrorCode {
  const code = (error as NodeJS.ErrnoException).code ?? 'OTHER';
  return known.has(code) ? (code as FileErrorCode) : 'OTHER';
}

function attempt(run: () => void): FileError {
  try {
    run();
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

function give<T>(run: () => T): T | FileErrorCode {
  try {
    return run();
  } catch (error) {
    return codeOf(error);
  }
}

export const nodeFiles: Files = {
  readdir: (path) => give(() => fs.readdirSync(path)),
  readlink: (path) => give(() => ({ target: fs.readlinkSync(path) })),
  lstat: (path) => give(() => statOf(fs.lstatSync(path))),
  mkdir: (path) => attempt(() => fs.mkdirSync(path, 0o755)),
  rmdir: (path) => attempt(() => fs.rmdirSync(path)),
  symlink: (target, path) => attempt(() => fs.symlinkSync(target, path)),
  unlink: (path) => attempt(() => fs.unlinkSync(path)),
  rename: (from, to) => attempt(() => fs.renameSync(from, to)),
  readText: (path, maxBytes) => give(() => readText(path, maxBytes)),
  writeText: (path, text) => attempt(() => writeText(path, text)),
  touch: (path) => attempt(() => fs.utimesSync(path, new Date(), new Date())),
};

function statOf(stat: fs.Stats): FileStat {
  const { nlink, mtimeMs, uid } = stat;
  const kind = stat.isDirectory()
    ? 'directory'
    : stat.isSymbolicLink()
      ? 'symlink'
      : stat.isFile()
        ? 'file'
        : 'other';
  return { kind, nlink, mtimeMs, uid, mode: stat.mode & 0o7777 };
}

function readText(path: string, maxBytes: number): { readonly text: string } {
  const fd = fs.openSync(path, fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW);
  try {
    const buffer = Buffer.alloc(maxBytes);
    const bytes = fs.readSync(fd, buffer, 0, maxBytes, 0);
    return { text: buffer.toString('utf8', 0, bytes) };
  } finally {
    fs.closeSync(fd);
  }
}

function writeText(path: string, text: string): void {
  const prepared = `${path}.new`;
  fs.rmSync(prepared, { force: true });
  fs.writeFileSync(prepared, text, { flag: 'wx', mode: 0o644 });
  fs.renameSync(prepared, path);
}
