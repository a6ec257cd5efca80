/**
 * Files over QuickJS's `os`. Its only call for removal, `os.remove`, is remove(3): it takes files and empty
 * directories alike. A slash at the end makes it fail on anything but a directory; that is `rmdir` here.
 * `unlink` is called with names of symlinks only, which the claims protocol makes sure of.
 */
import * as os from 'quickjs:os';
import * as std from 'quickjs:std';
import type { FileStat, Files } from '@hedgerow/core/claims';
import { codeOf } from './errno.ts';

const directoryMode = 0o755;

export const quickjsFiles: Files = {
  readdir(path) {
    const [names, errno] = os.readdir(path);
    return codeOf(errno) ?? names.filter((name) => name !== '.' && name !== '..');
  },
  readlink(path) {
    const [target, errno] = os.readlink(path);
    return codeOf(errno) ?? { target };
  },
  lstat(path) {
    const [stat, errno] = os.lstat(path);
    return stat === null ? (codeOf(errno) ?? 'OTHER') : statOf(stat);
  },
  mkdir: (path) => codeOf(os.mkdir(path, directoryMode)),
  rmdir: (path) => codeOf(os.remove(`${path}/`)),
  symlink: (target, path) => codeOf(os.symlink(target, path)),
  unlink: (path) => codeOf(os.remove(path)),
  rename: (from, to) => codeOf(os.rename(from, to)),
  readText(path, maxBytes) {
    const [stat, missing] = os.lstat(path);
    if (stat === null) return codeOf(missing) ?? 'OTHER';
    // `std.open` would follow a link, and wait for the writer of a pipe.
    const { kind } = statOf(stat);
    if (kind === 'symlink') return 'ELOOP';
    if (kind !== 'file' || stat.size > maxBytes) return kind === 'directory' ? 'EISDIR' : 'EINVAL';
    const error: { errno?: number } = {};
    const file = std.open(path, 'r', error);
    if (file === null) return codeOf(error.errno ?? 0) ?? 'OTHER';
    const text = file.readAsString(maxBytes);
    file.close();
    return { text };
  },
  writeText() {
    throw new Error('the plugin writes no files');
  },
  touch(path) {
    // `os.utimes` would follow a link.
    const [stat, missing] = os.lstat(path);
    if (stat === null) return codeOf(missing) ?? 'OTHER';
    if (statOf(stat).kind === 'symlink') return 'ELOOP';
    const now = Date.now();
    return codeOf(os.utimes(path, now, now));
  },
};

function statOf({ mode, nlink, uid, mtime }: os.OsStat): FileStat {
  const type = mode & os.S_IFMT;
  const kind =
    type === os.S_IFDIR
      ? 'directory'
      : type === os.S_IFLNK
        ? 'symlink'
        : type === os.S_IFREG
          ? 'file'
          : 'other';
  return { kind, nlink, uid, mtimeMs: mtime, mode: mode & 0o7777 };
}
