/**
 * Files over node:fs, as strict as the agent's: nothing follows a link, a file that is too long or is none is
 * refused, and what could not be written leaves nothing behind. Never throws.
 */
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

function give<T>(run: () => T | FileErrorCode): T | FileErrorCode {
  try {
    return run();
  } catch (error) {
    return codeOf(error);
  }
}

/** Directories are made 0755 and files 0644, less the umask. */
export const nodeFiles: Files = {
  readdir: (path) =>
    give(() => (fs.lstatSync(path).isSymbolicLink() ? 'ENOTDIR' : fs.readdirSync(path))),
  readlink: (path) => give(() => ({ target: fs.readlinkSync(path) })),
  lstat: (path) => give(() => statOf(fs.lstatSync(path))),
  mkdir: (path) => attempt(() => fs.mkdirSync(path, 0o755)),
  rmdir: (path) => attempt(() => fs.rmdirSync(path)),
  symlink: (target, path) => attempt(() => fs.symlinkSync(target, path)),
  unlink: (path) => attempt(() => fs.unlinkSync(path)),
  rename: (from, to) => attempt(() => fs.renameSync(from, to)),
  readText: (path, maxBytes) => give(() => readText(path, maxBytes)),
  writeText: (path, text) => attempt(() => writeText(path, text)),
  touch: (path) => attempt(() => fs.lutimesSync(path, new Date(), new Date())),
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

/** At most `maxBytes`; a longer file is refused with EINVAL rather than cut. Works on /proc, which tells no size. */
function readText(path: string, maxBytes: number): { readonly text: string } | FileErrorCode {
  // A pipe without a writer would keep the caller waiting.
  const flags = fs.constants.O_RDONLY | fs.constants.O_NOFOLLOW | fs.constants.O_NONBLOCK;
  const fd = fs.openSync(path, flags);
  try {
    const stat = fs.fstatSync(fd);
    if (!stat.isFile()) return stat.isDirectory() ? 'EISDIR' : 'EINVAL';
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    while (length <= maxBytes) {
      const count = fs.readSync(fd, buffer, length, maxBytes + 1 - length, null);
      if (count === 0) return { text: buffer.toString('utf8', 0, length) };
      length += count;
    }
    return 'EINVAL';
  } finally {
    fs.closeSync(fd);
  }
}

/** Readers see the old text or the new one, never a part. */
function writeText(path: string, text: string): void {
  const prepared = `${path}.${process.pid}.tmp`;
  try {
    fs.rmSync(prepared, { force: true });
    fs.writeFileSync(prepared, text, { flag: 'wx', mode: 0o644 });
    fs.renameSync(prepared, path);
  } catch (error) {
    attempt(() => fs.unlinkSync(prepared));
    throw error;
  }
}
