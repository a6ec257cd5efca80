/** The files port of the run directory protocol, on Node's synchronous file system. Never throws. */
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  lutimesSync,
  mkdirSync,
  openSync,
  readdirSync,
  readlinkSync,
  readSync,
  renameSync,
  rmdirSync,
  rmSync,
  symlinkSync,
  unlinkSync,
  writeFileSync,
} from 'node:fs';
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

/** Directories are made 0755 and files 0644, less the umask. */
export const nodeFiles: Files = {
  readdir: (path) =>
    attempt(() => {
      // readdir follows a link, so that a planted one would lead elsewhere.
      if (lstatSync(path).isSymbolicLink()) return 'ENOTDIR';
      return readdirSync(path);
    }),
  readlink: (path) => attempt(() => ({ target: readlinkSync(path) })),
  lstat: (path) => attempt(() => statOf(path)),
  mkdir: (path) => outcome(() => mkdirSync(path, 0o755)),
  rmdir: (path) => outcome(() => rmdirSync(path)),
  symlink: (target, path) => outcome(() => symlinkSync(target, path)),
  unlink: (path) => outcome(() => unlinkSync(path)),
  rename: (from, to) => outcome(() => renameSync(from, to)),
  readText: (path, maxBytes) => attempt(() => readText(path, maxBytes)),
  writeText: (path, text) => outcome(() => writeText(path, text)),
  touch: (path) => outcome(() => lutimesSync(path, new Date(), new Date())),
};

function attempt<T>(action: () => T | FileErrorCode): T | FileErrorCode {
  try {
    return action();
  } catch (error) {
    return codeOf(error);
  }
}

function outcome(action: () => void): FileError {
  try {
    action();
    return undefined;
  } catch (error) {
    return codeOf(error);
  }
}

function codeOf(error: unknown): FileErrorCode {
  const code = (error as NodeJS.ErrnoException).code ?? '';
  return known.has(code) ? (code as FileErrorCode) : 'OTHER';
}

function statOf(path: string): FileStat {
  const stat = lstatSync(path);
  const kind = stat.isDirectory()
    ? 'directory'
    : stat.isSymbolicLink()
      ? 'symlink'
      : stat.isFile()
        ? 'file'
        : 'other';
  const { nlink, mtimeMs, uid } = stat;
  return { kind, nlink, mtimeMs, mode: stat.mode & 0o7777, uid };
}

/** At most `maxBytes`; a longer file is refused with EINVAL rather than cut. Works on /proc, which tells no size. */
function readText(path: string, maxBytes: number): { readonly text: string } | FileErrorCode {
  // A pipe without a writer would keep the agent waiting.
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    const stat = fstatSync(file);
    if (!stat.isFile()) return stat.isDirectory() ? 'EISDIR' : 'EINVAL';
    const buffer = Buffer.alloc(maxBytes + 1);
    let length = 0;
    while (length <= maxBytes) {
      const count = readSync(file, buffer, length, maxBytes + 1 - length, null);
      if (count === 0) return { text: buffer.toString('utf8', 0, length) };
      length += count;
    }
    return 'EINVAL';
  } finally {
    closeSync(file);
  }
}

/** Readers see the old text or the new one, never a part. */
function writeText(path: string, text: string): void {
  const temporary = `${path}.${process.pid}.tmp`;
  try {
    // Whatever lies there, a link for instance, is not written through.
    rmSync(temporary, { force: true });
    writeFileSync(temporary, text, { flag: 'wx', mode: 0o644 });
    renameSync(temporary, path);
  } catch (error) {
    outcome(() => unlinkSync(temporary));
    throw error;
  }
}
