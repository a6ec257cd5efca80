/**
 * ADD: one address of each pool for an attachment, all or none. An answer shows an address only after its
 * entry and its record were both seen once more, all claims made. A repeated ADD answers what is held.
 */
import { formatAddress } from '../address/index.ts';
import type { Address, Prefix } from '../address/types.ts';
import { blockOf } from '../book/index.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { attachmentPath, recordPath } from './attachment.ts';
import { type ClaimContext, type ClaimOutcome, claimOne, stillHolds } from './claim.ts';
import { findHeld, type HeldAddress, isAbsent } from './entry.ts';
import { blockPath } from './layout.ts';
import { isMarked, unmarkedText } from './marks.ts';
import { hasMoved, preferring } from './moved.ts';
import type { OpenPool } from './poolFile.ts';
import { parseRecord } from './record.ts';
import { restLeft } from './resting.ts';
import { search, writeCursor } from './search.ts';
import type { FileErrorCode } from './types.ts';
import { claimsOf, undoAll, undoClaim } from './undo.ts';
import { whyNotHere, whyTaken } from './whyNot.ts';

/** What is wanted of one pool. */
export interface PoolWish {
  readonly pool: OpenPool;
  /** Addresses that this network must not give. */
  readonly excluded: readonly Prefix[];
  /** This address or none. Whether it may be given at all was checked before. */
  readonly requested?: Address;
  /** This address if it can be had, even while it rests. */
  readonly preferred?: Address;
}

/** What an ADD needs from the world. */
export interface AttachContext extends ClaimContext {
  /** Wall clock, milliseconds since the epoch: for resting addresses only. */
  readonly wallMs: () => number;
  /** Nothing is free in the pool: waits a little and says true, or false to give up. */
  readonly waitForSpace: (pool: string, shortage: Shortage) => boolean;
}

/** Why nothing was found in a pool. */
export interface Shortage {
  /** Free addresses that still rest; the shortest rest ends after `leftMs`. */
  readonly resting: number;
  readonly leftMs: number;
}

/**
 * - `no-space`: nothing free in a pool. - `not-here`: the requested address is in no open block of this node.
 * - `taken`: the requested address is somebody's. - `other-held`: the attachment holds another address.
 * - `cancelled`: a DEL came in between. - `tidied`: links were removed from the run directory. - `io`: the files did not work.
 * After each of them nothing of this ADD is held; what a former ADD holds stays in case of `other-held`.
 */
export type AttachRefusal = Refusal<
  'no-space' | 'not-here' | 'taken' | 'other-held' | 'cancelled' | 'tidied' | 'io'
> & {
  readonly pool?: string;
  readonly shortage?: Shortage;
};

type Refused = { readonly ok: false; readonly error: AttachRefusal };

/** One held address for each wish, in their order. */
export function attach(
  context: AttachContext,
  wishes: readonly PoolWish[],
): Result<readonly HeldAddress[], AttachRefusal> {
  const { files, place, attachment } = context;
  const claims = claimsOf(files, place, attachment);
  if (typeof claims === 'string') return ioRefused(claims, 'read the attachment');
  const moved = hasMoved(context, claims);
  // The last look before an answer: nothing may come between the two.
  const former = heldBy(context, claims);
  const again = answerAgain(former, wishes);
  if (again !== undefined && !(again.ok && moved)) return again;
  const error = undoAll(files, place, attachment, claims);
  if (error !== undefined) return ioRefused(error, 'undo an unfinished ADD');
  return claimAll(context, moved ? preferring(former, wishes) : wishes);
}

/** What these claims of the attachment hold. */
export function heldBy(
  { files, place, attachment }: Pick<ClaimContext, 'files' | 'place' | 'attachment'>,
  claims: readonly string[],
): readonly HeldAddress[] {
  return claims.flatMap((claim) => {
    const read = files.readlink(recordPath(place, attachment, claim));
    const record = typeof read === 'string' ? undefined : parseRecord(read.target);
    return (record && findHeld(files, place, claim, record)) ?? [];
  });
}

/** The answer when every pool has a held address already. */
function answerAgain(
  former: readonly HeldAddress[],
  wishes: readonly PoolWish[],
): Result<readonly HeldAddress[], AttachRefusal> | undefined {
  const answers: HeldAddress[] = [];
  for (const { pool, requested } of wishes) {
    const held = former.find((one) => one.pool === pool.name);
    if (held === undefined) return undefined;
    if (requested !== undefined && requested.value !== held.address.value) {
      const both = `${formatAddress(held.address)}, ${formatAddress(requested)} is requested now`;
      const message = `this attachment already holds ${both}: delete it first`;
      return { ok: false, error: { code: 'other-held', message, pool: pool.name } };
    }
    answers.push(held);
  }
  return ok(answers);
}

function claimAll(
  context: AttachContext,
  wishes: readonly PoolWish[],
): Result<readonly HeldAddress[], AttachRefusal> {
  const held: HeldAddress[] = [];
  for (const wish of wishes) {
    const outcome =
      wish.requested === undefined ? claimAny(context, wish) : claimThis(context, wish);
    if (!outcome.ok) return giveBack(context, held, outcome);
    held.push(outcome.value);
  }
  // An entry of somebody else may have been removed before ours was made.
  const lost = held.find(({ pool, block }) => !isMarked(context.files, context.place, pool, block));
  if (lost !== undefined) {
    return giveBack(context, held, refuse('tidied', unmarkedText(lost.block)));
  }
  if (held.every((one) => stillHolds(context, one))) return ok(held);
  return giveBack(context, held, cancelled());
}

/** All or none: undoes what this ADD has. */
function giveBack(context: AttachContext, held: readonly HeldAddress[], refused: Refused): Refused {
  const { files, place, attachment } = context;
  for (const { claim, pool, block, address } of held) {
    const record = { pool, block, candidates: [address], netns: '' };
    undoClaim(files, place, attachment, claim, { rest: false, record });
  }
  files.rmdir(attachmentPath(place, attachment));
  return refused;
}

function claimAny(context: AttachContext, wish: PoolWish): Result<HeldAddress, AttachRefusal> {
  const { pool, preferred } = wish;
  if (preferred !== undefined) {
    const block = blockOf(pool, preferred);
    const outcome = claimOne(context, pool.name, block, [preferred], () => false);
    if (outcome.kind === 'held') return ok(outcome.held);
    const refused = refusalOf(outcome);
    if (refused !== undefined) return refused;
  }
  for (;;) {
    const found = searchOnce(context, wish);
    if ('ok' in found) return found;
    if (context.waitForSpace(wish.pool.name, found)) continue;
    const message = `no free address in pool ${wish.pool.name} on this node`;
    return {
      ok: false,
      error: { code: 'no-space', message, pool: wish.pool.name, shortage: found },
    };
  }
}

function searchOnce(
  context: AttachContext,
  { pool, excluded }: PoolWish,
): Result<HeldAddress, AttachRefusal> | Shortage {
  const { files, place } = context;
  const rests = restChecker(context, pool);
  const batches = search({ files, place, pool, excluded });
  for (let next = batches.next(); ; next = batches.next()) {
    if (next.done === true) {
      const error = next.value;
      return error === undefined ? rests.shortage() : ioRefused(error, `read pool ${pool.name}`);
    }
    const { block, candidates } = next.value;
    const from = candidates.findIndex((address) => !rests.check(address));
    if (from < 0) continue;
    const open = candidates.slice(from);
    const outcome = claimOne(context, pool.name, block, open, rests.check);
    if (outcome.kind === 'held') {
      writeCursor(files, place, pool.name, outcome.held.address);
      return ok(outcome.held);
    }
    const refused = refusalOf(outcome);
    if (refused !== undefined) return refused;
  }
}

/** Answers whether an address rests, asking the disk once for each, and sums it up. */
function restChecker(
  { files, place, wallMs }: AttachContext,
  pool: OpenPool,
): { readonly check: (address: Address) => boolean; readonly shortage: () => Shortage } {
  const left = new Map<bigint, number>();
  const check = (address: Address): boolean => {
    const known = left.get(address.value) ?? restLeft(files, place, pool, address, wallMs());
    left.set(address.value, known);
    return known > 0;
  };
  const shortage = (): Shortage => {
    const resting = [...left.values()].filter((ms) => ms > 0);
    return { resting: resting.length, leftMs: resting.length > 0 ? Math.min(...resting) : 0 };
  };
  return { check, shortage };
}

/** A requested address: it may rest, but it must be free, in a block that is open here. */
function claimThis(context: AttachContext, wish: PoolWish): Result<HeldAddress, AttachRefusal> {
  const { pool, requested } = wish;
  if (requested === undefined) throw new Error('no address is requested');
  const { files, place } = context;
  const block = blockOf(pool, requested);
  const stat = files.lstat(blockPath(place, pool.name, 'blocks', block));
  const isOpen = typeof stat !== 'string' && stat.kind === 'directory';
  const outcome: ClaimOutcome = isOpen
    ? claimOne(context, pool.name, block, [requested], () => false)
    : { kind: 'withdrawn' };
  if (outcome.kind === 'held') return ok(outcome.held);
  if (outcome.kind === 'withdrawn')
    return refuseFor(pool, 'not-here', whyNotHere(files, place, pool, requested));
  return refusalOf(outcome) ?? refuseFor(pool, 'taken', whyTaken(files, place, pool, requested));
}

function refuseFor(pool: OpenPool, code: AttachRefusal['code'], message: string): Refused {
  return { ok: false, error: { code, message, pool: pool.name } };
}

/** The refusal that ends an ADD, or undefined when it may look elsewhere. */
function refusalOf(outcome: ClaimOutcome): Refused | undefined {
  if (outcome.kind === 'cancelled') return cancelled();
  return outcome.kind === 'failed' ? ioRefused(outcome.error, outcome.doing) : undefined;
}

function cancelled(): Refused {
  return refuse('cancelled', 'the attachment was deleted while it was being added');
}

function ioRefused(error: FileErrorCode, doing: string): Refused {
  const meaning = isAbsent(error)
    ? 'the run directory is gone or was never filled'
    : 'nothing is held';
  return refuse('io', `cannot ${doing}: ${error}; ${meaning}`);
}
