/** The tree behind `memoryFiles.ts`: plain functions on directories, with the errno that Linux gives. */
import type { FileErrorCode } from './types.ts';

export interface Directory {
  readonly kind: 'directory';
  readonly children: Map<string, Entry>;
  mtimeMs: number;
}
export type Entry =
  | Directory
  | { readonly kind: 'symlink'; readonly target: string; readonly mtimeMs: number }
  | { readonly kind: 'file'; readonly text: string; readonly mtimeMs: number };

export interface Disk {
  readonly root: Directory;
  entries: number;
}

/** Parent directory and last name of a path. */
interface Location {
  readonly parent: Directory;
  readonly name: string;
}

const maxName = 255;

export function directory(mtimeMs: number): Directory {
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

export function find(disk: Disk, path: string): Entry | FileErrorCode {
  const at = locate(disk, path);
  return typeof at === 'string' ? at : (at.parent.children.get(at.name) ?? 'ENOENT');
}

export function add(
  disk: Disk,
  path: string,
  entry: Entry,
  capacity: number,
  nowMs: number,
): FileErrorCode | undefined {
  const at = locate(disk, path);
  if (typeof at === 'string') return at;
  if (at.parent.children.has(at.name)) return 'EEXIST';
  if (disk.entries >= capacity) return 'ENOSPC';
  at.parent.children.set(at.name, entry);
  at.parent.mtimeMs = nowMs;
  disk.entries++;
  return undefined;
}

export function remove(disk: Disk, path: string, nowMs: number): undefined {
  const at = locate(disk, path);
  if (typeof at === 'string' || !at.parent.children.delete(at.name)) return undefined;
  at.parent.mtimeMs = nowMs;
  disk.entries--;
  return undefined;
}

/** rename(2): onto nothing, onto an empty directory, or a non-directory onto a non-directory. */
export function rename(
  disk: Disk,
  from: string,
  to: string,
  nowMs: number,
): FileErrorCode | undefined {
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

export function list(at: Directory, path: string): readonly string[] {
  const lines: string[] = [];
  for (const [name, child] of at.children) {
    const here = `${path}/${name}`;
    lines.push(child.kind === 'symlink' ? `${here} -> ${child.target}` : here);
    if (child.kind === 'directory') lines.push(...list(child, here));
  }
  return lines.sort();
}
