/**
 * Removes what killed programs left behind, and nothing that is in use. Safe at any time, by anyone.
 *
 * Garbage is: an entry without its record (the record comes first and goes last, and a claim id is never
 * used twice, so no owner can come back for it); the empty directory of an address; a preparation without its
 * record; an attachment without claims; a rest that is over. A record that leads nowhere is not garbage:
 * its ADD may be on its way. GC and DEL undo those.
 */
import {
  type Attachment,
  attachmentPath,
  parseOwnerText,
  preparedPath,
  recordPath,
} from './attachment.ts';
import { isAbsent, removeEmpty, removeEntry } from './entry.ts';
import {
  attachmentsPath,
  isClaimId,
  parseAddressName,
  poolPath,
  poolsPath,
  type RunPlace,
} from './layout.ts';
import { listEntries, ownerOf } from './list.ts';
import { maxPoolFileBytes, parsePoolFile } from './poolFile.ts';
import { restLeft } from './resting.ts';
import type { Files } from './types.ts';

/** What a sweep removed. */
export interface Swept {
  /** Addresses that were taken without a record. */
  readonly entries: number;
  /** Empty directories of addresses, preparations and attachments. */
  readonly leftovers: number;
}

/** What to sweep: one network (for GC), or all and the rests that are over (for the agent). */
export interface SweepOptions {
  readonly network?: string;
  /** Wall clock, milliseconds since the epoch. */
  readonly wallMs: number;
}

/** Sweeps all at once. */
export function sweep(files: Files, place: RunPlace, options: SweepOptions): Swept {
  const steps = sweepSteps(files, place, options);
  for (let step = steps.next(); ; step = steps.next()) if (step.done) return step.value;
}

/** The same in small steps, between which a caller with other things to do may do them. */
export function* sweepSteps(
  files: Files,
  place: RunPlace,
  { network, wallMs }: SweepOptions,
): Generator<void, Swept> {
  const blocks = yield* sweepEntries(files, place, network);
  const attachments = yield* sweepAttachments(files, place, network);
  if (network === undefined) yield* sweepResting(files, place, wallMs);
  return { entries: blocks.entries, leftovers: blocks.leftovers + attachments };
}

function* sweepEntries(
  files: Files,
  place: RunPlace,
  network: string | undefined,
): Generator<void, Swept> {
  let entries = 0;
  let leftovers = 0;
  for (const entry of listEntries(files, place)) {
    yield;
    const { pool, block, address, claim } = entry;
    if (claim === '') {
      if (removeEmpty(files, place, pool, block, address) === undefined) leftovers++;
      continue;
    }
    const owner = ownerOf(files, place, entry);
    if (owner === undefined || (network !== undefined && owner.network !== network)) continue;
    if (!isAbsentAt(files, recordPath(place, owner, claim))) continue;
    if (removeEntry(files, place, { claim, pool, block, address }, true) === undefined) entries++;
  }
  return { entries, leftovers };
}

function isAbsentAt(files: Files, path: string): boolean {
  const stat = files.lstat(path);
  return typeof stat === 'string' && isAbsent(stat);
}

function* sweepAttachments(
  files: Files,
  place: RunPlace,
  network: string | undefined,
): Generator<void, number> {
  const networks = network === undefined ? files.readdir(attachmentsPath(place)) : [network];
  let removed = 0;
  for (const name of typeof networks === 'string' ? [] : networks) {
    const names = files.readdir(`${attachmentsPath(place)}/${name}`);
    for (const one of typeof names === 'string' ? [] : names) {
      yield;
      const attachment = parseOwnerText(`${name}/${one}`);
      if (attachment !== undefined) removed += sweepAttachment(files, place, attachment);
    }
  }
  return removed;
}

/** Preparations without a record, then the directory when nothing is left in it. */
function sweepAttachment(files: Files, place: RunPlace, attachment: Attachment): number {
  const path = attachmentPath(place, attachment);
  const names = files.readdir(path);
  let removed = 0;
  for (const name of typeof names === 'string' ? [] : names) {
    const claim = name.endsWith('.new') ? name.slice(0, -4) : '';
    if (!isClaimId(claim) || !isAbsentAt(files, recordPath(place, attachment, claim))) continue;
    const prepared = preparedPath(place, attachment, claim);
    files.unlink(`${prepared}/${claim}`);
    if (files.rmdir(prepared) === undefined) removed++;
  }
  return files.rmdir(path) === undefined ? removed + 1 : removed;
}

function* sweepResting(files: Files, place: RunPlace, wallMs: number): Generator<void, void> {
  const pools = files.readdir(poolsPath(place));
  for (const name of typeof pools === 'string' ? [] : pools) {
    const path = poolPath(place, name);
    const read = files.readText(`${path}/pool.json`, maxPoolFileBytes);
    const pool = typeof read === 'string' ? undefined : parsePoolFile(read.text);
    const marks = files.readdir(`${path}/resting`);
    if (pool?.ok !== true || typeof marks === 'string') continue;
    for (const mark of marks) {
      yield;
      const address = parseAddressName(mark);
      if (address !== undefined && restLeft(files, place, pool.value, address, wallMs) === 0)
        files.rmdir(`${path}/resting/${mark}`);
    }
  }
}
