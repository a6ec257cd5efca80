/**
 * Undo of one claim: afterwards it holds nothing and cannot come to hold anything that an answer shows.
 * Idempotent and safe at any time, by anyone, however often, against an ADD that is still on its way:
 * that ADD finds its preparation or its record gone and answers with an error.
 */
import { type Attachment, attachmentPath, preparedPath, recordPath } from './attachment.ts';
import { findHeld, isAbsent, isOccupied, removeEmpty, removeEntry } from './entry.ts';
import { isClaimId, type RunPlace } from './layout.ts';
import { type ClaimRecord, parseRecord } from './record.ts';
import type { FileError, FileErrorCode, Files } from './types.ts';

/** Where a claim may hold an address. */
type Places = Pick<ClaimRecord, 'pool' | 'block' | 'candidates'>;

export interface UndoOptions {
  /** False for an address that was never answered, which need not rest. Default true. */
  readonly rest?: boolean;
  /** What the record said, for an ADD that undoes its own claim: the record itself may be gone. */
  readonly record?: Places;
  /** True for an ADD that knows that its own claim got no address: then there is nothing to look for. */
  readonly unplaced?: boolean;
}

/** Frees whatever the claim holds, then forgets it. On an error the record stays, for the next try. */
export function undoClaim(
  files: Files,
  place: RunPlace,
  attachment: Attachment,
  claim: string,
  { rest = true, record, unplaced = false }: UndoOptions = {},
): FileError {
  const error = destroyPrepared(files, preparedPath(place, attachment, claim), claim);
  if (error !== undefined) return error;
  const path = recordPath(place, attachment, claim);
  if (!unplaced) {
    const read = files.readlink(path);
    if (typeof read === 'string' && !isAbsent(read)) return read;
    const known = typeof read === 'string' ? record : (parseRecord(read.target) ?? record);
    const failed = known && freeCandidates(files, place, claim, known, rest);
    if (failed !== undefined) return failed;
  }
  const last = files.unlink(path);
  return isAbsent(last) ? undefined : last;
}

/** Removes `<claim>.new`. Its owner links at most once into it, so the second round is the last. */
function destroyPrepared(files: Files, path: string, claim: string): FileError {
  for (let round = 0; ; round++) {
    const error = files.rmdir(path);
    if (error === undefined || isAbsent(error)) return undefined;
    if (!isOccupied(error) || round === 2) return error;
    const unlinked = files.unlink(`${path}/${claim}`);
    if (unlinked !== undefined && !isAbsent(unlinked)) return unlinked;
  }
}

function freeCandidates(
  files: Files,
  place: RunPlace,
  claim: string,
  record: Places,
  rest: boolean,
): FileError {
  const held = findHeld(files, place, claim, record);
  if (held !== undefined) return removeEntry(files, place, held, rest);
  // An earlier undo, or one while the ADD renamed, may have left an empty directory behind.
  for (const address of record.candidates) {
    const error = removeEmpty(files, place, record.pool, record.block, address);
    if (error !== undefined) return error;
  }
  return undefined;
}

/** The claims of an attachment, prepared ones included; none when it is not there. */
export function claimsOf(
  files: Files,
  place: RunPlace,
  attachment: Attachment,
): readonly string[] | FileErrorCode {
  const names = files.readdir(attachmentPath(place, attachment));
  if (typeof names === 'string') return isAbsent(names) ? [] : names;
  const claims = names.map((name) => (name.endsWith('.new') ? name.slice(0, -4) : name));
  return [...new Set(claims)].filter(isClaimId);
}

/**
 * DEL: one look at what the attachment holds, and the undo of exactly that. It does not loop: that would
 * free an attachment that was added again meanwhile. Goes on after an error and returns the first.
 */
export function detach(files: Files, place: RunPlace, attachment: Attachment): FileError {
  const claims = claimsOf(files, place, attachment);
  if (typeof claims === 'string') return claims;
  const first = undoAll(files, place, attachment, claims);
  const error = files.rmdir(attachmentPath(place, attachment));
  return first ?? (isAbsent(error) || isOccupied(error) ? undefined : error);
}

/** Undoes these claims, going on after an error; returns the first. */
export function undoAll(
  files: Files,
  place: RunPlace,
  attachment: Attachment,
  claims: readonly string[],
): FileError {
  let first: FileError;
  for (const claim of claims) first = undoClaim(files, place, attachment, claim) ?? first;
  return first;
}
