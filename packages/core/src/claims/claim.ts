/**
 * One claim: a record, a preparation, and the rename of that preparation onto an address.
 * The rename of a directory onto a directory succeeds only if the target is absent or empty: that is the
 * exclusive claim. A caller that dies anywhere in here leaves a record that leads to whatever it had.
 */
import type { Address, Prefix } from '../address/types.ts';
import {
  type Attachment,
  attachmentPath,
  networkPath,
  ownerText,
  preparedPath,
  recordPath,
} from './attachment.ts';
import { type HeldAddress, isAbsent, isHeld, isOccupied } from './entry.ts';
import { addressPath, type RunPlace } from './layout.ts';
import { isMarked } from './marks.ts';
import { type ClaimRecord, formatRecord } from './record.ts';
import type { FileError, FileErrorCode, Files } from './types.ts';
import { undoClaim } from './undo.ts';

/** What every step of an ADD needs. */
export interface ClaimContext {
  readonly files: Files;
  readonly place: RunPlace;
  readonly attachment: Attachment;
  /** `CNI_NETNS`, kept in the record. */
  readonly netns: string;
  /** Of how many pools this ADD wants an address; kept in the record. */
  readonly pools: number;
  /** A claim id that nobody had before: 16 to 64 random hex digits. */
  readonly newClaim: () => string;
}

/**
 * How a claim ended.
 * - `held`: the address is ours.
 * - `taken`: every candidate belongs to somebody, or was skipped.
 * - `withdrawn`: the block is not open any more, or has lost its mark: then addresses that look free may be in use.
 * - `cancelled`: somebody undid this very claim: a DEL of this attachment came in between.
 * - `failed`: the files did not work.
 * In all cases but `held` nothing of the claim is left.
 */
export type ClaimOutcome =
  | { readonly kind: 'held'; readonly held: HeldAddress }
  | { readonly kind: 'taken' | 'withdrawn' | 'cancelled' }
  | { readonly kind: 'failed'; readonly error: FileErrorCode; readonly doing: string };

/** Tries the candidates in order. `skip` is asked before each. */
export function claimOne(
  context: ClaimContext,
  pool: string,
  block: Prefix,
  candidates: readonly Address[],
  skip: (address: Address) => boolean,
): ClaimOutcome {
  if (!isMarked(context.files, context.place, pool, block)) return { kind: 'withdrawn' };
  const claim = context.newClaim();
  const { pools, netns } = context;
  const record = { pool, block, candidates, pools, netns };
  const prepared = prepare(context, claim, record);
  const outcome = prepared ?? place(context, claim, record, skip);
  if (outcome.kind === 'held') return outcome;
  const { files, place: where, attachment } = context;
  const error = undoClaim(files, where, attachment, claim, { unplaced: true });
  return error === undefined || outcome.kind === 'failed'
    ? outcome
    : { kind: 'failed', error, doing: 'undo a claim' };
}

/** Writes the record, then the preparation with its entry. Undefined is success. */
function prepare(
  context: ClaimContext,
  claim: string,
  record: ClaimRecord,
): ClaimOutcome | undefined {
  const { files, place, attachment } = context;
  const failed = writeRecord(context, claim, record);
  if (failed !== undefined) return { kind: 'failed', error: failed, doing: 'write a claim' };
  const path = preparedPath(place, attachment, claim);
  const error = files.mkdir(path) ?? files.symlink(ownerText(attachment), `${path}/${claim}`);
  if (error === undefined) return undefined;
  return isAbsent(error)
    ? { kind: 'cancelled' }
    : { kind: 'failed', error, doing: 'prepare a claim' };
}

/** A DEL may remove the attachment's empty directory at any time: then it is made again. */
function writeRecord(context: ClaimContext, claim: string, record: ClaimRecord): FileError {
  const { files, place, attachment } = context;
  let error: FileError;
  for (let round = 0; round < 4; round++) {
    error = files.symlink(formatRecord(record), recordPath(place, attachment, claim));
    if (error !== 'ENOENT') return error;
    const directory = makeAttachment(context);
    if (directory !== undefined && directory !== 'EEXIST') return directory;
  }
  return error;
}

/** The directory of the network is there but for its first attachment. */
function makeAttachment({ files, place, attachment }: ClaimContext): FileError {
  const path = attachmentPath(place, attachment);
  const error = files.mkdir(path);
  if (error !== 'ENOENT') return error;
  const network = files.mkdir(networkPath(place, attachment.network));
  return network === undefined || network === 'EEXIST' ? files.mkdir(path) : network;
}

function place(
  context: ClaimContext,
  claim: string,
  { pool, block, candidates }: ClaimRecord,
  skip: (address: Address) => boolean,
): ClaimOutcome {
  const { files, place, attachment } = context;
  const from = preparedPath(place, attachment, claim);
  for (const address of candidates) {
    if (skip(address)) continue;
    const error = files.rename(from, addressPath(place, pool, 'blocks', block, address));
    if (error === undefined) return { kind: 'held', held: { claim, pool, block, address } };
    if (isOccupied(error)) continue;
    if (!isAbsent(error)) return { kind: 'failed', error, doing: 'claim an address' };
    return { kind: typeof files.lstat(from) === 'string' ? 'cancelled' : 'withdrawn' };
  }
  return { kind: 'taken' };
}

/** I3: entry and record are both there, after the claim. Only then may an answer show the address. */
export function stillHolds(context: ClaimContext, held: HeldAddress): boolean {
  const { files, place, attachment } = context;
  const record = files.readlink(recordPath(place, attachment, held.claim));
  return typeof record !== 'string' && isHeld(files, place, held);
}
