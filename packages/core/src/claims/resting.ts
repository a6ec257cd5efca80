/**
 * The rest of a freed address: a directory whose mtime says when it was freed. Best effort, against
 * peers that still have the old neighbour in their tables; safety never depends on it.
 */
import type { Address } from '../address/types.ts';
import { isResting } from '../book/index.ts';
import { type RunPlace, restingPath } from './layout.ts';
import type { Files } from './types.ts';

/** Milliseconds until the address may be given again; 0 when it may. `wallMs`: wall clock. */
export function restLeft(
  files: Files,
  place: RunPlace,
  pool: { readonly name: string; readonly restMs: number },
  address: Address,
  wallMs: number,
): number {
  if (pool.restMs === 0) return 0;
  const stat = files.lstat(restingPath(place, pool.name, address));
  if (typeof stat === 'string' || !isResting(stat.mtimeMs, wallMs, pool.restMs)) return 0;
  return Math.max(1, pool.restMs - Math.max(0, wallMs - stat.mtimeMs));
}
