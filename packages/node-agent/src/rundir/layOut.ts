/**
 * What plugins expect of the run directory beside blocks: the root and each pool's directories and file.
 * It may be laid out again when somebody wiped it; blocks never come back that way.
 */
import { ok, type Result, refuse } from '@hedgerow/core';
import {
  type Files,
  listPools,
  maxPoolFileBytes,
  openPlace,
  parsePoolFile,
  poolPath,
  publishPool,
  type RunPlace,
  wantedPath,
} from '@hedgerow/core/claims';
import type { Pool } from '@hedgerow/core/membership';
import { prepareRoot } from './prepareRoot.ts';

/** Where, and for which pools. */
export interface Layout {
  readonly files: Files;
  readonly root: string;
  readonly place: RunPlace;
  readonly pools: readonly Pool[];
  /** How long a freed address is not given again. */
  readonly restMs: number;
}

/** Makes all that is missing. Safe to repeat. Refusals: `run-directory`, also for one of another version. */
export function layOut({ files, root, place, pools, restMs }: Layout): Result<true> {
  const prepared = prepareRoot(files, root);
  if (!prepared.ok) return prepared;
  const other = otherLayout(files, place);
  if (other !== undefined) return refuse('run-directory', other);
  let error = openPlace(files, place);
  for (const pool of pools) error ??= publishPool(files, place, pool, restMs);
  if (error === undefined) return ok(true);
  return refuse('run-directory', `Cannot write to the run directory ${root}: ${error}.`);
}

/** Another version gave addresses on this boot, and kept them in another way. Directories of other boots say nothing. */
function otherLayout(files: Files, place: RunPlace): string | undefined {
  const pools = listPools(files, place);
  for (const pool of typeof pools === 'string' ? [] : pools) {
    const read = files.readText(`${poolPath(place, pool)}/pool.json`, maxPoolFileBytes);
    const parsed = typeof read === 'string' ? undefined : parsePoolFile(read.text);
    if (parsed?.ok !== false || parsed.error.code !== 'other-layout') continue;
    const meaning = 'containers of this boot have addresses that this version would not see';
    const advice = 'Stop all containers of this node and reboot it, or run that version again.';
    return `In the run directory ${place.boot}, ${parsed.error.message}; ${meaning}. ${advice}`;
  }
  return undefined;
}

/** False when something of it is gone. */
export function isLaidOut({ files, place, pools }: Layout): boolean {
  const paths = pools.map((pool) => `${poolPath(place, pool.name)}/pool.json`);
  return [wantedPath(place), ...paths].every((path) => files.lstat(path) !== 'ENOENT');
}
