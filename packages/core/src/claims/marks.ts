/**
 * Marks: a symlink beside each block, made before the block comes into place and removed when its directory
 * is gone. It tells a block whose addresses are free from one whose entries somebody removed.
 *
 * Whoever tidies up the links below the run directory, all of them or the old ones, and spares directories takes
 * the mark with the entries: it is a link as they are, and at least as old as any of them. So a block without its
 * mark may look empty while containers use its addresses; nobody claims there, and it is never given away.
 *
 * A mark is looked at and never read: reading it would make it younger than the entries, for who goes by age.
 */
import { formatPrefix } from '../address/index.ts';
import type { Prefix } from '../address/types.ts';
import { areas, isAbsent } from './entry.ts';
import { areaPath, markPath, marksPath, parseBlockName, type RunPlace } from './layout.ts';
import type { FileError, FileErrorCode, Files } from './types.ts';

/** Makes the mark of a block that is not in place yet. One that is there is as good. */
export function markBlock(files: Files, place: RunPlace, pool: string, block: Prefix): FileError {
  const error = files.symlink('published', markPath(place, pool, block));
  return error === 'EEXIST' ? undefined : error;
}

/** Removes the mark of a block that is gone. `ENOENT`: somebody else was at it. */
export function unmarkBlock(files: Files, place: RunPlace, pool: string, block: Prefix): FileError {
  return files.unlink(markPath(place, pool, block));
}

/** True while no entry of the block can have been removed by a tidy-up. */
export function isMarked(files: Files, place: RunPlace, pool: string, block: Prefix): boolean {
  const stat = files.lstat(markPath(place, pool, block));
  return typeof stat !== 'string' && stat.kind === 'symlink';
}

/** Names of all blocks of a pool that have their mark. */
export function markedBlocks(
  files: Files,
  place: RunPlace,
  pool: string,
): ReadonlySet<string> | FileErrorCode {
  const names = files.readdir(marksPath(place, pool));
  if (typeof names !== 'string') return new Set(names);
  return isAbsent(names) ? new Set() : names;
}

/** Blocks of a pool that are there without their mark, for messages. What cannot be read has none. */
export function unmarkedBlocks(files: Files, place: RunPlace, pool: string): readonly Prefix[] {
  const names = areas.flatMap((area) => {
    const found = files.readdir(areaPath(place, pool, area));
    return typeof found === 'string' ? [] : found;
  });
  // After the blocks: one that comes into place meanwhile has had its mark before.
  const marked = markedBlocks(files, place, pool);
  if (typeof marked === 'string') return [];
  return names.filter((name) => !marked.has(name)).flatMap((name) => parseBlockName(name) ?? []);
}

/** What it means that a block has lost its mark, in words. */
export function unmarkedText(block: Prefix): string {
  const text = `links were removed from the run directory, so nobody knows which addresses of block`;
  return `${text} ${formatPrefix(block)} are in use`;
}
