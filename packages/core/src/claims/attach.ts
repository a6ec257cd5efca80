/**
 * ADD: one address of each pool for an attachment, all or none. An answer shows an address only after its
 * entry and its record were both seen once more, all claims made.
 *
 * A repeated ADD never frees what a container may have, and never shows it again. An example why: ptp asks for an
 * address, finds that its container has an eth0 already, and takes the ADD back with a DEL. Were it answered what is
 * held, that DEL would free the address of a container that runs. So an ADD that finds an address of each pool held
 * is refused: it was answered, or killed a moment before. One that finds fewer undoes them, as nobody was told of them.
 */
import { formatAddress } from '../address/index.ts';
import type { Address, Prefix } from '../address/types.ts';
import { blockOf } from '../book/index.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import { attachmentPath, ownerText } from './attachment.ts';
import { type ClaimContext, type ClaimOutcome, claimOne, stillHolds } from './claim.ts';
import { type HeldAddress, isAbsent } from './entry.ts';
import { lookAt } from './former.ts';
import { blockPath } from './layout.ts';
import { isMarked, unmarkedText } from './marks.ts';
import type { OpenPool } from './poolFile.ts';
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
}

/** What an ADD needs from the world. */
export interface AttachContext extends Omit<ClaimContext, 'pools'> {
  /**
   * What a repeated ADD gets: a refusal, or the same answer where the same is wanted. `answer` is only for callers of
   * whom none takes an ADD back by a DEL. Default: `refuse`.
   */
  readonly repeat?: 'refuse' | 'answer';
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
 * - `taken`: the requested address is somebody's. - `held`: the attachment has its addresses already.
 * - `cancelled`: a DEL came in between. - `tidied`: links were removed from the run directory. - `io`: the files did not work.
 * After each of them nothing of this ADD is held; what a former ADD holds stays in case of `held`.
 */
export type AttachRefusal = Refusal<
  'no-space' | 'not-here' | 'taken' | 'held' | 'cancelled' | 'tidied' | 'io'
> & {
  readonly pool?: string;
  readonly shortage?: Shortage;
};

type Refused = { readonly ok: false; readonly error: AttachRefusal };

/** An ADD that knows of how many pools it wants an address. */
type Claiming = AttachContext & ClaimContext;

/** One held address for each wish, in their order. */
export function attach(
  context: AttachContext,
  wishes: readonly PoolWish[],
): Result<readonly HeldAddress[], AttachRefusal> {
  const { files, place, attachment } = context;
  const claims = claimsOf(files, place, attachment);
  if (typeof claims === 'string') return ioRefused(claims, 'read the attachment');
  const former = lookAt(context, claims);
  if (former.isWhole) return answerAgain(context, former.held, wishes);
  const error = undoAll(files, place, attachment, claims);
  if (error !== undefined) return ioRefused(error, 'undo an unfinished ADD');
  return claimAll({ ...context, pools: wishes.length }, wishes);
}

/** Every address that a former ADD wanted is held: it stays, whatever is wanted now. */
function answerAgain(
  { attachment, repeat }: AttachContext,
  former: readonly HeldAddress[],
  wishes: readonly PoolWish[],
): Result<readonly HeldAddress[], AttachRefusal> {
  const answers = wishes.flatMap(({ pool, requested }) => {
    const held = former.find((one) => one.pool === pool.name);
    const isWanted = requested === undefined || requested.value === held?.address.value;
    return held !== undefined && isWanted ? [held] : [];
  });
  if (repeat === 'answer' && answers.length === wishes.length) return ok(answers);
  const addresses = former.map(({ address, pool }) => `${formatAddress(address)} of pool ${pool}`);
  return refuse('held', `${ownerText(attachment)} already has ${addresses.join(' and ')}`);
}

function claimAll(
  context: Claiming,
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
function giveBack(context: Claiming, held: readonly HeldAddress[], refused: Refused): Refused {
  const { files, place, attachment } = context;
  for (const { claim, pool, block, address } of held) {
    const record = { pool, block, candidates: [address] };
    undoClaim(files, place, attachment, claim, { rest: false, record });
  }
  files.rmdir(attachmentPath(place, attachment));
  return refused;
}

function claimAny(context: Claiming, wish: PoolWish): Result<HeldAddress, AttachRefusal> {
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
  context: Claiming,
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
function claimThis(context: Claiming, wish: PoolWish): Result<HeldAddress, AttachRefusal> {
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
