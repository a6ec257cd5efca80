/**
 * The agent's side: pools and blocks come into the run directory and leave it.
 *
 * Publishing a block is its mark and one `mkdir`, withdrawing it one `rename` to `draining/` and, once it is
 * empty and rested, one `rmdir`, which fails while an address is taken; then the mark goes. What must be durable before and after each of
 * them is the caller's business: a block that is missing here without the agent's intent was wiped.
 */
import { contains } from '../address/index.ts';
import type { Prefix } from '../address/types.ts';
import type { Pool } from '../membership/types.ts';
import { isAbsent, isOccupied } from './entry.ts';
import {
  attachmentsPath,
  blockPath,
  parseAddressName,
  poolPath,
  poolsPath,
  type RunPlace,
  wantedPath,
} from './layout.ts';
import { markBlock } from './marks.ts';
import { formatPoolFile } from './poolFile.ts';
import { restLeft } from './resting.ts';
import type { FileError, FileErrorCode, Files } from './types.ts';

/** Makes what is below the run root. The root itself is made by who starts the agent. */
export function openPlace(files: Files, place: RunPlace): FileError {
  return makeAll(files, [place.boot, poolsPath(place), attachmentsPath(place), wantedPath(place)]);
}

/** Makes a pool's directories and writes its file. Safe to repeat, also with other values. */
export function publishPool(files: Files, place: RunPlace, pool: Pool, restMs: number): FileError {
  const path = poolPath(place, pool.name);
  const parts = [
    path,
    ...['blocks', 'draining', 'resting', 'marks'].map((part) => `${path}/${part}`),
  ];
  return (
    makeAll(files, parts) ?? files.writeText(`${path}/pool.json`, formatPoolFile(pool, restMs))
  );
}

function makeAll(files: Files, paths: readonly string[]): FileError {
  for (const path of paths) {
    const error = files.mkdir(path);
    if (error !== undefined && error !== 'EEXIST') return error;
  }
  return undefined;
}

/** Where a block is now. */
export function blockState(
  files: Files,
  place: RunPlace,
  pool: string,
  block: Prefix,
): 'open' | 'draining' | 'absent' | { readonly error: FileErrorCode } {
  for (const area of ['blocks', 'draining'] as const) {
    const stat = files.lstat(blockPath(place, pool, area, block));
    if (typeof stat !== 'string') return area === 'blocks' ? 'open' : 'draining';
    if (!isAbsent(stat)) return { error: stat };
  }
  return 'absent';
}

/** Opens a block for new addresses. `EEXIST` when it is open already. */
export function publishBlock(
  files: Files,
  place: RunPlace,
  pool: string,
  block: Prefix,
): FileError {
  const error = markBlock(files, place, pool, block);
  return error ?? files.mkdir(blockPath(place, pool, 'blocks', block));
}

/** Stops new addresses in a block; it keeps those it has. `ENOENT` when it is not open. */
export function drainBlock(files: Files, place: RunPlace, pool: string, block: Prefix): FileError {
  const to = blockPath(place, pool, 'draining', block);
  return files.rename(blockPath(place, pool, 'blocks', block), to);
}

/** How far a draining block is. */
export type Drained =
  | { readonly kind: 'empty' | 'absent' }
  /** Addresses that are still taken. */
  | { readonly kind: 'busy'; readonly taken: number }
  /** Nothing is taken, but the last address was freed a moment ago. */
  | { readonly kind: 'resting'; readonly leftMs: number }
  | { readonly kind: 'failed'; readonly error: FileErrorCode };

/** Looks whether a draining block may go. `wallMs`: wall clock, milliseconds since the epoch. */
export function drainedState(
  files: Files,
  place: RunPlace,
  pool: string,
  block: Prefix,
  restMs: number,
  wallMs: number,
): Drained {
  const names = files.readdir(blockPath(place, pool, 'draining', block));
  if (typeof names === 'string')
    return isAbsent(names) ? { kind: 'absent' } : { kind: 'failed', error: names };
  if (names.length > 0) return { kind: 'busy', taken: names.length };
  const marks = files.readdir(`${poolPath(place, pool)}/resting`);
  let leftMs = 0;
  for (const name of typeof marks === 'string' ? [] : marks) {
    const address = parseAddressName(name);
    if (address === undefined || !contains(block, address)) continue;
    leftMs = Math.max(leftMs, restLeft(files, place, { name: pool, restMs }, address, wallMs));
  }
  return leftMs > 0 ? { kind: 'resting', leftMs } : { kind: 'empty' };
}

/** The last step of a withdrawal. `ENOTEMPTY` while an address is taken: nothing happened then. */
export function removeDrained(
  files: Files,
  place: RunPlace,
  pool: string,
  block: Prefix,
): FileError {
  const error = files.rmdir(blockPath(place, pool, 'draining', block));
  return isOccupied(error) ? 'ENOTEMPTY' : error;
}

/** Names of the pools that are published. */
export function listPools(files: Files, place: RunPlace): readonly string[] | FileErrorCode {
  const names = files.readdir(poolsPath(place));
  return typeof names === 'string' ? names : [...names].sort();
}
