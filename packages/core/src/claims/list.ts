/** What is in the run directory, for `addr ls`, for GC and for the agent's own looks. Changes nothing. */
import type { Address, Prefix } from '../address/types.ts';
import {
  type Attachment,
  attachmentPath,
  networkPath,
  parseOwnerText,
  recordPath,
} from './attachment.ts';
import { areas, findHeld, type HeldAddress, isAbsent } from './entry.ts';
import {
  type Area,
  addressPath,
  areaPath,
  attachmentsPath,
  blockPath,
  isClaimId,
  parseAddressName,
  parseBlockName,
  poolsPath,
  type RunPlace,
} from './layout.ts';
import { type ClaimRecord, parseRecord } from './record.ts';
import type { FileErrorCode, Files } from './types.ts';
import { claimsOf } from './undo.ts';

/** A claim of an attachment. `held` is missing where an ADD did not get to its end, or is under way. */
export interface ListedClaim {
  readonly claim: string;
  readonly record: ClaimRecord | undefined;
  readonly held: HeldAddress | undefined;
}

/** An attachment with its claims. */
export interface ListedAttachment {
  readonly attachment: Attachment;
  /** When a claim of it was last made or undone: wall clock, milliseconds since the epoch. */
  readonly changedMs: number;
  readonly claims: readonly ListedClaim[];
}

/** Entry of a taken address, whoever put it there. */
export interface ListedEntry {
  readonly pool: string;
  readonly area: Area;
  readonly block: Prefix;
  readonly address: Address;
  readonly claim: string;
}

/** Attachments of one network, or of all; those that vanish meanwhile are left out. */
export function listAttachments(
  files: Files,
  place: RunPlace,
  network?: string,
): readonly ListedAttachment[] | FileErrorCode {
  const networks = network === undefined ? files.readdir(attachmentsPath(place)) : [network];
  if (typeof networks === 'string') return networks;
  const found: ListedAttachment[] = [];
  for (const name of networks) {
    const names = files.readdir(networkPath(place, name));
    if (typeof names === 'string') {
      if (isAbsent(names)) continue;
      return names;
    }
    for (const one of names) {
      const attachment = parseOwnerText(`${name}/${one}`);
      const listed = attachment && listAttachment(files, place, attachment);
      if (listed !== undefined) found.push(listed);
    }
  }
  return found;
}

/** One attachment, or undefined when it is not there. */
export function listAttachment(
  files: Files,
  place: RunPlace,
  attachment: Attachment,
): ListedAttachment | undefined {
  const stat = files.lstat(attachmentPath(place, attachment));
  const claims = claimsOf(files, place, attachment);
  if (typeof stat === 'string' || typeof claims === 'string') return undefined;
  const listed = claims.map((claim) => {
    const read = files.readlink(recordPath(place, attachment, claim));
    const record = typeof read === 'string' ? undefined : parseRecord(read.target);
    return { claim, record, held: record && findHeld(files, place, claim, record) };
  });
  return { attachment, changedMs: stat.mtimeMs, claims: listed };
}

/**
 * Every entry of every address, from the blocks' side; an address without one (its undo was cut short)
 * comes with an empty claim. Directories that vanish meanwhile are left out.
 */
export function* listEntries(files: Files, place: RunPlace): Generator<ListedEntry, void> {
  for (const pool of namesIn(files, poolsPath(place))) {
    for (const area of areas) {
      const path = areaPath(place, pool, area);
      for (const name of namesIn(files, path)) {
        const block = parseBlockName(name);
        if (block !== undefined) yield* entriesOf(files, place, { pool, area, block });
      }
    }
  }
}

function* entriesOf(
  files: Files,
  place: RunPlace,
  where: Pick<ListedEntry, 'pool' | 'area' | 'block'>,
): Generator<ListedEntry, void> {
  const path = blockPath(place, where.pool, where.area, where.block);
  for (const name of namesIn(files, path)) {
    const address = parseAddressName(name);
    const claims = address === undefined ? 'ENOENT' : files.readdir(`${path}/${name}`);
    if (address === undefined || typeof claims === 'string') continue;
    if (claims.length === 0) yield { ...where, address, claim: '' };
    for (const claim of claims.filter(isClaimId)) yield { ...where, address, claim };
  }
}

/** The attachment that an entry names; undefined when the entry is gone or names none. */
export function ownerOf(files: Files, place: RunPlace, entry: ListedEntry): Attachment | undefined {
  const { pool, area, block, address, claim } = entry;
  const read = files.readlink(`${addressPath(place, pool, area, block, address)}/${claim}`);
  return typeof read === 'string' ? undefined : parseOwnerText(read.target);
}

function namesIn(files: Files, path: string): readonly string[] {
  const names = files.readdir(path);
  return typeof names === 'string' ? [] : names;
}
