/** How full the published blocks are. Cheap: one `lstat` a block where directories count their links, and one look at the marks. */
import type { Prefix } from '../address/types.ts';
import { areas } from './entry.ts';
import { type Area, areaPath, parseBlockName, type RunPlace } from './layout.ts';
import { markedBlocks } from './marks.ts';
import type { FileErrorCode, Files } from './types.ts';

/** One block of a pool as the run directory shows it. */
export interface PublishedBlock {
  readonly block: Prefix;
  readonly area: Area;
  /** Taken addresses. */
  readonly used: number;
  /** False: entries may have been removed, so that more addresses are in use than are taken. See `marks.ts`. */
  readonly isMarked: boolean;
}

/** All blocks of a pool, open and draining. */
export function blockUsage(
  files: Files,
  place: RunPlace,
  pool: string,
): readonly PublishedBlock[] | FileErrorCode {
  const found = new Map<string, Omit<PublishedBlock, 'isMarked'>>();
  for (const area of areas) {
    const names = files.readdir(areaPath(place, pool, area));
    if (typeof names === 'string') return names;
    for (const name of names) {
      const block = parseBlockName(name);
      const used = block && usedIn(files, `${areaPath(place, pool, area)}/${name}`);
      // A block that moved while we looked is seen in its later place.
      if (block !== undefined && used !== undefined) found.set(name, { block, area, used });
    }
  }
  // After the blocks: one that comes into place meanwhile has had its mark before.
  const marked = markedBlocks(files, place, pool);
  if (typeof marked === 'string') return marked;
  return [...found].map(([name, block]) => ({ ...block, isMarked: marked.has(name) }));
}

/** Taken addresses of a block's directory, or undefined when it is not there (any more). */
function usedIn(files: Files, path: string): number | undefined {
  const stat = files.lstat(path);
  if (typeof stat === 'string') return undefined;
  if (stat.nlink >= 2) return stat.nlink - 2;
  const names = files.readdir(path);
  return typeof names === 'string' ? undefined : names.length;
}
