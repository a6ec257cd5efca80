/**
 * Frees an address that its owner seems to have left, in two steps with a last look between them.
 *
 * `setAside` renames the entry: the address stays taken, but no ADD finds it held any more. An ADD that
 * answered it had seen it before; so had its namespace been there before, and a look after `setAside` sees
 * it. That look decides between `putBack` and `freeAside`. Whoever dies between leaves an entry aside, which
 * `putBackAll` returns at the next start: without its record it is garbage for the sweep.
 */
import type { Attachment } from './attachment.ts';
import { attachmentPath } from './attachment.ts';
import { areas, findHeld, type HeldAddress, isAbsent, isOccupied, removeEmpty } from './entry.ts';
import {
  addressPath,
  areaPath,
  blockPath,
  isClaimId,
  parseAddressName,
  parseBlockName,
  poolsPath,
  type RunPlace,
  restingPath,
} from './layout.ts';
import type { ClaimRecord } from './record.ts';
import type { FileError, FileErrorCode, Files } from './types.ts';
import { undoClaim } from './undo.ts';

const ending = '.aside';

/** The address that the claim held and that nobody finds held now; undefined when it held none, or an errno. */
export function setAside(
  files: Files,
  place: RunPlace,
  claim: string,
  record: ClaimRecord,
): HeldAddress | undefined | FileErrorCode {
  const held = findHeld(files, place, claim, record);
  if (held === undefined) return undefined;
  return renameEntry(files, place, held, claim, claim + ending) ?? held;
}

/** Undoes `setAside`. */
export function putBack(files: Files, place: RunPlace, held: HeldAddress): FileError {
  return renameEntry(files, place, held, held.claim + ending, held.claim);
}

/** Frees what was set aside, and the claim with it. On an error the record stays, for the next try. */
export function freeAside(
  files: Files,
  place: RunPlace,
  attachment: Attachment,
  held: HeldAddress,
): FileError {
  const mark = restingPath(place, held.pool, held.address);
  if (files.mkdir(mark) === 'EEXIST') files.touch(mark);
  for (const area of areas) {
    const directory = addressPath(place, held.pool, area, held.block, held.address);
    const error = files.unlink(`${directory}/${held.claim}${ending}`);
    if (error !== undefined && !isAbsent(error)) return error;
  }
  const left = removeEmpty(files, place, held.pool, held.block, held.address);
  return left ?? forget(files, place, attachment, held.claim);
}

/** Undoes a claim that holds nothing, and removes the attachment when that was its last. */
export function forget(
  files: Files,
  place: RunPlace,
  attachment: Attachment,
  claim: string,
): FileError {
  const error = undoClaim(files, place, attachment, claim);
  if (error !== undefined) return error;
  const left = files.rmdir(attachmentPath(place, attachment));
  return isAbsent(left) || isOccupied(left) ? undefined : left;
}

/** Puts back whatever a killed program set aside. Only while nobody else sets aside. */
export function putBackAll(files: Files, place: RunPlace): number {
  let count = 0;
  for (const directory of addressDirectories(files, place)) {
    for (const name of namesIn(files, directory)) {
      const claim = name.endsWith(ending) ? name.slice(0, -ending.length) : '';
      if (!isClaimId(claim)) continue;
      if (files.rename(`${directory}/${name}`, `${directory}/${claim}`) === undefined) count += 1;
    }
  }
  return count;
}

/** A block may move to `draining` at any moment: looking in that order cannot overlook it. */
function renameEntry(
  files: Files,
  place: RunPlace,
  { pool, block, address }: HeldAddress,
  from: string,
  to: string,
): FileError {
  let error: FileError;
  for (const area of areas) {
    const directory = addressPath(place, pool, area, block, address);
    error = files.rename(`${directory}/${from}`, `${directory}/${to}`);
    if (!isAbsent(error)) return error;
  }
  return error;
}

function* addressDirectories(files: Files, place: RunPlace): Generator<string, void> {
  for (const pool of namesIn(files, poolsPath(place))) {
    for (const area of areas) {
      for (const name of namesIn(files, areaPath(place, pool, area))) {
        const block = parseBlockName(name);
        if (block === undefined) continue;
        const path = blockPath(place, pool, area, block);
        for (const address of namesIn(files, path)) {
          if (parseAddressName(address) !== undefined) yield `${path}/${address}`;
        }
      }
    }
  }
}

function namesIn(files: Files, path: string): readonly string[] {
  const names = files.readdir(path);
  return typeof names === 'string' ? [] : names;
}
