/**
 * A disk in memory with the semantics of Linux, for tests and for the simulator: deterministic, and with a
 * hook before each operation where a test may kill the caller (throw), run somebody else, or look on.
 */
import { add, type Disk, directory, type Entry, find, list, remove, rename } from './memoryDisk.ts';
import type { FileStat, Files } from './types.ts';

/** One operation, as the hook sees it. */
export interface FileOperation {
  readonly name: keyof Files;
  readonly path: string;
  /** Where a rename goes to. */
  readonly to?: string;
}

export interface MemoryFilesOptions {
  /** Wall clock, milliseconds since the epoch. */
  readonly nowMs: () => number;
  /** Called before each operation. What it throws goes to the caller, and nothing has happened. */
  readonly before?: (operation: FileOperation) => void;
  /** False: directories always have one link, as on overlayfs and btrfs. Default true. */
  readonly countsLinks?: boolean;
  /** Entries that fit on the disk; then `ENOSPC`. Default: no limit. */
  readonly capacity?: number;
}

/** The disk, and what tests want besides. It starts with an empty root directory. */
export interface MemoryFiles extends Files {
  /** Paths of everything, sorted; a symlink as `path -> target`. */
  tree(): readonly string[];
  /** Changes hook or limits of the same disk for one caller. */
  with(options: Partial<MemoryFilesOptions>): MemoryFiles;
}

/** An empty disk. */
export function createMemoryFiles(options: MemoryFilesOptions): MemoryFiles {
  return viewOf({ root: directory(options.nowMs()), entries: 0 }, options);
}

function viewOf(disk: Disk, options: MemoryFilesOptions): MemoryFiles {
  const plain: Files = { ...readers(disk, options), ...writers(disk, options) };
  const { before = () => undefined } = options;
  const hooked = <R>(name: keyof Files, path: string, run: () => R): R => {
    before({ name, path });
    return run();
  };
  return {
    tree: () => list(disk.root, ''),
    with: (changed) => viewOf(disk, { ...options, ...changed }),
    readdir: (path) => hooked('readdir', path, () => plain.readdir(path)),
    readlink: (path) => hooked('readlink', path, () => plain.readlink(path)),
    lstat: (path) => hooked('lstat', path, () => plain.lstat(path)),
    mkdir: (path) => hooked('mkdir', path, () => plain.mkdir(path)),
    rmdir: (path) => hooked('rmdir', path, () => plain.rmdir(path)),
    symlink: (target, path) => hooked('symlink', path, () => plain.symlink(target, path)),
    unlink: (path) => hooked('unlink', path, () => plain.unlink(path)),
    rename(from, to) {
      before({ name: 'rename', path: from, to });
      return plain.rename(from, to);
    },
    readText: (path, bytes) => hooked('readText', path, () => plain.readText(path, bytes)),
    writeText: (path, text) => hooked('writeText', path, () => plain.writeText(path, text)),
    touch: (path) => hooked('touch', path, () => plain.touch(path)),
  };
}

function readers(
  disk: Disk,
  { countsLinks = true }: MemoryFilesOptions,
): Pick<Files, 'readdir' | 'readlink' | 'lstat' | 'readText'> {
  return {
    readdir(path) {
      const entry = find(disk, path);
      if (typeof entry === 'string') return entry;
      if (entry.kind === 'directory') return [...entry.children.keys()];
      return 'ENOTDIR';
    },
    readlink(path) {
      const entry = find(disk, path);
      if (typeof entry === 'string') return entry;
      return entry.kind === 'symlink' ? { target: entry.target } : 'EINVAL';
    },
    lstat(path) {
      const entry = find(disk, path);
      return typeof entry === 'string' ? entry : statOf(entry, countsLinks);
    },
    readText(path, maxBytes) {
      const entry = find(disk, path);
      if (typeof entry === 'string') return entry;
      if (entry.kind !== 'file') return entry.kind === 'directory' ? 'EISDIR' : 'ELOOP';
      return entry.text.length > maxBytes ? 'EINVAL' : { text: entry.text };
    },
  };
}

function writers(
  disk: Disk,
  options: MemoryFilesOptions,
): Omit<Files, 'readdir' | 'readlink' | 'lstat' | 'readText'> {
  const { nowMs, capacity = Number.POSITIVE_INFINITY } = options;
  const put = (path: string, entry: Entry) => add(disk, path, entry, capacity, nowMs());
  return {
    mkdir: (path) => put(path, directory(nowMs())),
    symlink: (target, path) => put(path, { kind: 'symlink', target, mtimeMs: nowMs() }),
    rename: (from, to) => rename(disk, from, to, nowMs()),
    rmdir(path) {
      const entry = find(disk, path);
      if (typeof entry === 'string') return entry;
      if (entry.kind !== 'directory') return 'ENOTDIR';
      return entry.children.size > 0 ? 'ENOTEMPTY' : remove(disk, path, nowMs());
    },
    unlink(path) {
      const entry = find(disk, path);
      if (typeof entry === 'string') return entry;
      return entry.kind === 'directory' ? 'EISDIR' : remove(disk, path, nowMs());
    },
    writeText(path, text) {
      const old = find(disk, path);
      if (typeof old !== 'string') {
        if (old.kind === 'directory') return 'EISDIR';
        remove(disk, path, nowMs());
      }
      return put(path, { kind: 'file', text, mtimeMs: nowMs() });
    },
    touch(path) {
      const entry = find(disk, path);
      if (typeof entry === 'string') return entry;
      if (entry.kind !== 'directory') return 'ENOTDIR';
      entry.mtimeMs = nowMs();
      return undefined;
    },
  };
}

function statOf(entry: Entry, countsLinks: boolean): FileStat {
  const { kind, mtimeMs } = entry;
  const mode = kind === 'directory' ? 0o755 : 0o644;
  if (kind !== 'directory' || !countsLinks) return { kind, nlink: 1, mtimeMs, mode, uid: 0 };
  const below = [...entry.children.values()].filter((child) => child.kind === 'directory');
  return { kind, nlink: 2 + below.length, mtimeMs, mode, uid: 0 };
}
