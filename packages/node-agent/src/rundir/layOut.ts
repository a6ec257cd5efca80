/**
 * What plugins expect of the run directory beside blocks: the root and each pool's directories and file.
 * It may be laid out again when somebody wiped it; blocks never come back that way.
 */
import { ok, type Result, refuse } from '@hedgerow/core';
import {
  type Files,
  openPlace,
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

/** Makes all that is missing. Safe to repeat. Refusals: `run-directory`. */
export function layOut({ files, root, place, pools, restMs }: Layout): Result<true> {
  const prepared = prepareRoot(files, root);
  if (!prepared.ok) return prepared;
  let error = openPlace(files, place);
  for (const pool of pools) error ??= publishPool(files, place, pool, restMs);
  if (error === undefined) return ok(true);
  return refuse('run-directory', `Cannot write to the run directory ${root}: ${error}.`);
}

/** False when something of it is gone. */
export function isLaidOut({ files, place, pools }: Layout): boolean {
  const paths = pools.map((pool) => `${poolPath(place, pool.name)}/pool.json`);
  return [wantedPath(place), ...paths].every((path) => files.lstat(path) !== 'ENOENT');
}
