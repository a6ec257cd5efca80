/**
 * The entry of a taken address: a directory named by the address, in it one symlink named by the claim.
 * Everything here names one incarnation by its claim, so a late call misses instead of freeing the next
 * owner's. A block may move from `blocks` to `draining` at any moment, never back: looking in that order
 * cannot overlook it.
 */
import type { Address, Prefix } from '../address/types.ts';
import { type Area, addressPath, type RunPlace, restingPath } from './layout.ts';
import type { ClaimRecord } from './record.ts';
import type { FileError, Files } from './types.ts';

/** In the order in which a block goes through them. */
export const areas: readonly Area[] = ['blocks', 'draining'];

/** An address that a claim holds. */
export interface HeldAddress {
  readonly claim: string;
  readonly pool: string;
  readonly block: Prefix;
  readonly address: Address;
}

/** The candidate that the claim holds, or undefined. */
export function findHeld(
  files: Files,
  place: RunPlace,
  claim: string,
  { pool, block, candidates }: Pick<ClaimRecord, 'pool' | 'block' | 'candidates'>,
): HeldAddress | undefined {
  for (const area of areas) {
    for (const address of candidates) {
      const path = `${addressPath(place, pool, area, block, address)}/${claim}`;
      if (typeof files.readlink(path) !== 'string') return { claim, pool, block, address };
    }
  }
  return undefined;
}

/** True when the entry is there now. */
export function isHeld(files: Files, place: RunPlace, held: HeldAddress): boolean {
  return findHeld(files, place, held.claim, { ...held, candidates: [held.address] }) !== undefined;
}

/** Frees a held address: marks it resting, then removes the entry, then the directory. Idempotent. */
export function removeEntry(
  files: Files,
  place: RunPlace,
  held: HeldAddress,
  rest: boolean,
): FileError {
  if (rest) markResting(files, place, held.pool, held.address);
  for (const area of areas) {
    const directory = addressPath(place, held.pool, area, held.block, held.address);
    const error = files.unlink(`${directory}/${held.claim}`);
    if (error === undefined) break;
    if (!isAbsent(error)) return error;
  }
  return removeEmpty(files, place, held.pool, held.block, held.address);
}

/** Removes the directory of an address if nobody holds it. */
export function removeEmpty(
  files: Files,
  place: RunPlace,
  pool: string,
  block: Prefix,
  address: Address,
): FileError {
  for (const area of areas) {
    const error = files.rmdir(addressPath(place, pool, area, block, address));
    if (error !== undefined && !isAbsent(error) && !isOccupied(error)) return error;
  }
  return undefined;
}

/** Best effort: safety never depends on the rest. */
function markResting(files: Files, place: RunPlace, pool: string, address: Address): void {
  const path = restingPath(place, pool, address);
  if (files.mkdir(path) === 'EEXIST') files.touch(path);
}

/** Nothing by that name, or a part of the path is gone. */
export function isAbsent(error: FileError): boolean {
  return error === 'ENOENT' || error === 'ENOTDIR';
}

/** A directory that is not empty. POSIX allows both names. */
export function isOccupied(error: FileError): boolean {
  return error === 'ENOTEMPTY' || error === 'EEXIST';
}
