/**
 * A disk in memory with the semantics of Linux, for tests and for the simulator: deterministic, and with a
 * hook before each operation where a test may kill the caller (throw), run somebody else, or look on.
 */
import type { FileErrorCode, FileStat, Files } from './types.ts';

interface Directory {
  readonly kind: 'directory';
  readonly children: Map<string, Entry>;
  mtimeMs: number;
}
type Entry =
  | Directory
  | { readonly kind: 'symlink'; readonly target: string; readonly mtimeMs: number }
  | { readonly kind: 'file'; readonly text: string; readonly mtimeMs: number };

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

interface Disk {
  readonly root: Directory;
  entries: number;
}

/** Parent directory and last name of a path. */
interface Location {
  readonly parent: Directory;
  readonly name: string;
}

const maxName = 255;

function directory(mtimeMs: number): Directory {
  return { kind: 'directory', children: new Map(), mtimeMs };
}

/** A symlink in the middle of a path leads nowhere: the targets of claims are texts, not paths. */
function walk(disk: Disk, parts: readonly string[]): Directory | FileErrorCode {
  let at: Directory = disk.root;
  for (const part of parts) {
    const next = at.children.get(part);
    if (next === undefined || next.kind === 'symlink') return 'ENOENT';
    if (next.kind === 'file') return 'ENOTDIR';
    at = next;
  }
  return at;
}

function locate(disk: Disk, path: string): Location | FileErrorCode {
  const parts = path.split('/').filter((part) => part !== '');
  const name = parts.pop();
  if (!path.startsWith('/') || name === undefined) return 'EINVAL';
  if (name.length > maxName) return 'OTHER';
  const parent = walk(disk, parts);
  return typeof parent === 'string' ? parent : { parent, name };
}

function find(disk: Disk, path: string): Entry | FileErrorCode {
  const at = locate(disk, path);
  return typeof at === 'string' ? at : (at.parent.children.get(at.name) ?? 'ENOENT');
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
      return entry.kind === 'symlink' ? 'ENOENT' : 'ENOTDIR';
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
      return { text: entry.text.slice(0, maxBytes) };
    },
  };
}

function writers(
  disk: Disk,
  options: MemoryFilesOptions,
): Omit<Files, 'readdir' | 'readlink' | 'lstat' | 'readText'> {
  const { nowMs } = options;
  return {
    mkdir: (path) => add(disk, path, directory(nowMs()), options),
    symlink: (target, path) =>
      add(disk, path, { kind: 'symlink', target, mtimeMs: nowMs() }, options),
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
      return add(disk, path, { kind: 'file', text, mtimeMs: nowMs() }, options);
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

function add(
  disk: Disk,
  path: string,
  entry: Entry,
  { capacity = Number.POSITIVE_INFINITY, nowMs }: MemoryFilesOptions,
): FileErrorCode | undefined {
  const at = locate(disk, path);
  if (typeof at === 'string') return at;
  if (at.parent.children.has(at.name)) return 'EEXIST';
  if (disk.entries >= capacity) return 'ENOSPC';
  at.parent.children.set(at.name, entry);
  at.parent.mtimeMs = nowMs();
  disk.entries++;
  return undefined;
}

function remove(disk: Disk, path: string, nowMs: number): undefined {
  const at = locate(disk, path);
  if (typeof at === 'string' || !at.parent.children.delete(at.name)) return undefined;
  at.parent.mtimeMs = nowMs;
  disk.entries--;
  return undefined;
}

/** rename(2): onto nothing, onto an empty directory, or a non-directory onto a non-directory. */
function rename(disk: Disk, from: string, to: string, nowMs: number): FileErrorCode | undefined {
  const source = locate(disk, from);
  const target = locate(disk, to);
  if (typeof source === 'string') return source;
  if (typeof target === 'string') return target;
  const moved = source.parent.children.get(source.name);
  if (moved === undefined) return 'ENOENT';
  if (`${to}/`.startsWith(`${from}/`) && from !== to) return 'EINVAL';
  const old = target.parent.children.get(target.name);
  if (old === moved) return undefined;
  if (old !== undefined) {
    if (moved.kind === 'directory' && old.kind !== 'directory') return 'ENOTDIR';
    if (moved.kind !== 'directory' && old.kind === 'directory') return 'EISDIR';
    if (old.kind === 'directory' && old.children.size > 0) return 'ENOTEMPTY';
    remove(disk, to, nowMs);
  }
  source.parent.children.delete(source.name);
  target.parent.children.set(target.name, moved);
  source.parent.mtimeMs = nowMs;
  target.parent.mtimeMs = nowMs;
  return undefined;
}

function list(at: Directory, path: string): readonly string[] {
  const lines: string[] = [];
  for (const [name, child] of at.children) {
    const here = `${path}/${name}`;
    lines.push(child.kind === 'symlink' ? `${here} -> ${child.target}` : here);
    if (child.kind === 'directory') lines.push(...list(child, here));
  }
  return lines.sort();
}
