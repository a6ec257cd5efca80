/**
 * Blocks that are open in the run directory and that this member's register does not have committed: a
 * member that this node was before left them, with a register that is lost or elsewhere now. New
 * addresses there would be given without owning them.
 */
import { formatPrefix } from '@hedgerow/core/address';
import { areaPath, type Files, parseBlockName, type RunPlace } from '@hedgerow/core/claims';
import type { BlockRef } from './blocks.ts';

/** All open blocks of these pools that are not among the committed ones. What cannot be read has none. */
export function strangers(
  files: Files,
  place: RunPlace,
  pools: readonly string[],
  committed: readonly BlockRef[],
): readonly BlockRef[] {
  const ours = new Set(committed.map(({ pool, prefix }) => `${pool} ${prefix}`));
  return pools.flatMap((pool) => {
    const names = files.readdir(areaPath(place, pool, 'blocks'));
    if (typeof names === 'string') return [];
    return names.flatMap((name) => {
      const block = parseBlockName(name);
      if (block === undefined) return [];
      const prefix = formatPrefix(block);
      return ours.has(`${pool} ${prefix}`) ? [] : [{ pool, prefix }];
    });
  });
}
