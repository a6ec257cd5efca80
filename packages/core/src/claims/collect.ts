/**
 * GC: undoes what the runtime does not list, in one network. An attachment that was added after the runtime
 * wrote its list is not on it either: a claim younger than a minute stays.
 */
import { type Attachment, attachmentPath, recordPath } from './attachment.ts';
import { isAbsent } from './entry.ts';
import type { RunPlace } from './layout.ts';
import { listAttachments } from './list.ts';
import { type Swept, sweep } from './sweep.ts';
import type { FileError, FileErrorCode, Files } from './types.ts';
import { undoClaim } from './undo.ts';

/** A claim must be older than this to be undone. Milliseconds. */
export const collectAfterMs = 60_000;

/** What a GC did. */
export interface Collected {
  /** Claims undone. */
  readonly freed: number;
  /** Claims that are not listed and too young. */
  readonly young: number;
  /** What could not be undone; the rest was all the same. */
  readonly failed: readonly { readonly attachment: Attachment; readonly error: FileErrorCode }[];
  readonly swept: Swept;
}

/** Undoes the claims of attachments that are not valid, then sweeps the network. `wallMs`: wall clock. */
export function collectGarbage(
  files: Files,
  place: RunPlace,
  network: string,
  isValid: (attachment: Attachment) => boolean,
  wallMs: number,
): Collected | FileErrorCode {
  const listed = listAttachments(files, place, network);
  if (typeof listed === 'string') return listed;
  const failed: { attachment: Attachment; error: FileErrorCode }[] = [];
  let freed = 0;
  let young = 0;
  for (const { attachment, changedMs, claims } of listed) {
    if (isValid(attachment)) continue;
    for (const { claim } of claims) {
      const error = collectClaim(files, place, { attachment, claim, changedMs, wallMs });
      if (error === 'young') young++;
      else if (error === undefined) freed++;
      else failed.push({ attachment, error });
    }
    files.rmdir(attachmentPath(place, attachment));
  }
  return { freed, young, failed, swept: sweep(files, place, { network, wallMs }) };
}

interface Collectable {
  readonly attachment: Attachment;
  readonly claim: string;
  /** mtime of the attachment's directory. */
  readonly changedMs: number;
  readonly wallMs: number;
}

/**
 * The age is what the record's mtime says, or that of its directory, whichever is earlier: both are no
 * earlier than the claim. One that lies ahead shows that the clock was set back: nobody knows the age, so a
 * minute begins now, at the directory.
 */
function collectClaim(
  files: Files,
  place: RunPlace,
  { attachment, claim, changedMs, wallMs }: Collectable,
): FileError | 'young' {
  const record = files.lstat(recordPath(place, attachment, claim));
  // Without its record a preparation is garbage at any age, which the sweep removes.
  if (typeof record === 'string') return isAbsent(record) ? 'young' : record;
  const sinceMs = Math.min(record.mtimeMs, changedMs);
  if (sinceMs > wallMs) files.touch(attachmentPath(place, attachment));
  if (wallMs - sinceMs <= collectAfterMs) return 'young';
  return undoClaim(files, place, attachment, claim);
}
