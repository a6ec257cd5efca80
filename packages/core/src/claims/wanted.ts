/**
 * Wishes: a plugin that found nothing free leaves a directory with the pool's name in `wanted/`, which the
 * agent watches. A wish says nothing but "somebody waits"; the agent removes it when it has taken note.
 */
import { isPoolName, type RunPlace, wantedPath } from './layout.ts';
import type { FileError, FileErrorCode, Files } from './types.ts';

/** Asks for a block. A wish that nobody has taken note of yet is renewed, which wakes the watcher. */
export function askForBlock(files: Files, place: RunPlace, pool: string): FileError {
  const path = `${wantedPath(place)}/${pool}`;
  const error = files.mkdir(path);
  return error === 'EEXIST' ? files.touch(path) : error;
}

/** Pools that somebody waits for. */
export function readWanted(files: Files, place: RunPlace): readonly string[] | FileErrorCode {
  const names = files.readdir(wantedPath(place));
  return typeof names === 'string' ? names : names.filter(isPoolName).sort();
}

/** Takes note of a wish. Do it before looking for space, so that a later wish is seen again. */
export function clearWanted(files: Files, place: RunPlace, pool: string): FileError {
  const error = files.rmdir(`${wantedPath(place)}/${pool}`);
  return error === 'ENOENT' ? undefined : error;
}
