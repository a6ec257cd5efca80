/**
 * Brings blocks into the run directory and out of it, so that a crash at any step is told from a wipe.
 *
 * Publish: make the directory aside, note `open`, make the mark, rename the directory into place. Withdraw: note
 * `draining`, rename to draining/, wait until empty and rested, note `removed`, make a directory aside, rmdir the
 * block, remove the mark, rmdir what is aside. A note of another boot counts as none.
 *
 * - A block that is there has its mark at every step. Without it somebody removed links below the run directory,
 *   and entries with them: it takes no new addresses, and is never withdrawn.
 * - What lies aside proves that no container has an address of the block: it was never in place, or was seen empty.
 *   So a restart may begin anew. A block of which only a note or a mark is left was wiped.
 */
import { type Cidr, prefixOf } from '@hedgerow/core/address';
import {
  blockName,
  blockPath,
  blockState,
  drainBlock,
  drainedState,
  type FileError,
  type Files,
  isMarked,
  markBlock,
  poolPath,
  type RunPlace,
  removeDrained,
  unmarkBlock,
} from '@hedgerow/core/claims';
import type { Input } from '@hedgerow/core/cluster';
import type { BlockNotes, BlockPhase } from './blockNotes.ts';

/** One block of one pool. */
export interface BlockRef {
  readonly pool: string;
  readonly prefix: Cidr;
}

/**
 * Where a block stands after a step.
 * - `waiting`: not yet; `reason` says why, and the same call may be repeated.
 * - `wiped`: containers may use addresses of it that look free; `lost` says what is gone without our doing.
 */
export type BlockOutcome =
  | { readonly kind: 'published' | 'closed' | 'withdrawn' }
  | { readonly kind: 'wiped'; readonly lost: Lost }
  | { readonly kind: 'waiting'; readonly reason: string };

/** The block that was published on this boot, its mark and so its entries, or the number of the notes. */
export type Lost = Extract<Input, { readonly type: 'wiped' }>['lost'];

/** What the steps need. */
export interface BlockContext {
  readonly files: Files;
  readonly place: RunPlace;
  readonly notes: BlockNotes;
  /** How long a freed address is not given again. */
  readonly restMs: number;
  /** Wall clock, milliseconds since the epoch, as file times have it. */
  readonly wallMs: () => number;
}

/** Opens a block. `withdrawn` when a withdrawal was under way before a crash: it is finished instead. */
export function publishStep(
  context: BlockContext,
  block: BlockRef,
  withdrawnBefore: boolean,
): BlockOutcome {
  const emptied = unmarkedStep(context, block);
  if (emptied !== undefined) return emptied;
  const phase = context.notes.get(block.pool, block.prefix);
  if (phase === 'draining') return withdrawStep(context, block);
  if (phase === 'removed' && !withdrawnBefore) return withdrawStep(context, block);
  // Closed while its owner was in doubt: it is not opened again, and comes back as reserve once it is empty.
  if (phase === 'closed') return withdrawStep(context, block);
  const state = stateOf(context, block);
  if (typeof state === 'object') return failed('look for the block', state.error);
  // Somebody moved it by hand: it cannot be opened again, so it leaves in good order.
  if (state === 'draining') return withdrawStep(context, block);
  if (state === 'open') return noted(context, block, 'open') ?? { kind: 'published' };
  return wipedStep(context, block) ?? openAside(context, block);
}

function openAside(context: BlockContext, block: BlockRef): BlockOutcome {
  const { files, place } = context;
  const aside = asidePath(context, block);
  const made = makeAll(files, [`${poolPath(place, block.pool)}/prepared`, aside]);
  if (made !== undefined) return failed('prepare the block', made);
  const unwritten = noted(context, block, 'open');
  if (unwritten !== undefined) return unwritten;
  const prefix = prefixOf(block.prefix);
  const moved =
    markBlock(files, place, block.pool, prefix) ??
    files.rename(aside, blockPath(place, block.pool, 'blocks', prefix));
  return moved === undefined ? { kind: 'published' } : failed('open the block', moved);
}

/** A block that is there without its mark: stops new addresses. No note is needed, the mark never comes back. */
function unmarkedStep(context: BlockContext, block: BlockRef): BlockOutcome | undefined {
  const { files, place } = context;
  const prefix = prefixOf(block.prefix);
  const state = stateOf(context, block);
  if (state !== 'open' && state !== 'draining') return undefined;
  if (isMarked(files, place, block.pool, prefix)) return undefined;
  drainBlock(files, place, block.pool, prefix);
  return { kind: 'wiped', lost: 'entries' };
}

/** A block that is nowhere: undefined when nobody can have an address of it. */
function wipedStep(context: BlockContext, block: BlockRef): BlockOutcome | undefined {
  const { files, place, notes } = context;
  if (typeof files.lstat(asidePath(context, block)) !== 'string') return undefined;
  const phase = notes.get(block.pool, block.prefix);
  if (phase === 'removed') return undefined;
  const isLeft = isMarked(files, place, block.pool, prefixOf(block.prefix));
  if (phase !== undefined || isLeft) return { kind: 'wiped', lost: 'block' };
  return notes.isDirectoryLost ? { kind: 'wiped', lost: 'notes' } : undefined;
}

/**
 * Stops new addresses and keeps those there are. Moved before it is noted: a database that refuses the note must not keep
 * the block open, and one that was moved without a note is not opened again either.
 */
export function closeStep(context: BlockContext, block: BlockRef): BlockOutcome {
  const phase = context.notes.get(block.pool, block.prefix);
  drainBlock(context.files, context.place, block.pool, prefixOf(block.prefix));
  const next = phase === 'draining' || phase === 'removed' ? phase : 'closed';
  return moveAside(context, block, next) ?? { kind: 'closed' };
}

/** One look at a block on its way out; repeat it while it answers `waiting`. */
export function withdrawStep(context: BlockContext, block: BlockRef): BlockOutcome {
  const { files, place, notes, restMs } = context;
  const isOut = notes.get(block.pool, block.prefix) === 'removed';
  const stopped = moveAside(context, block, isOut ? 'removed' : 'draining');
  if (stopped !== undefined) return stopped;
  const prefix = prefixOf(block.prefix);
  const drained = drainedState(files, place, block.pool, prefix, restMs, context.wallMs());
  if (drained.kind === 'busy') return waiting(`${drained.taken} addresses are still in use`);
  if (drained.kind === 'resting') return waiting('its last address was freed a moment ago');
  if (drained.kind === 'failed') return failed('look into the block', drained.error);
  return noted(context, block, 'removed') ?? remove(context, block);
}

/** Removes a block that was seen empty, unless its entries were removed before it was. */
function remove(context: BlockContext, block: BlockRef): BlockOutcome {
  const { files, place } = context;
  const prefix = prefixOf(block.prefix);
  const aside = asidePath(context, block);
  const emptied = unmarkedStep(context, block);
  if (emptied !== undefined) return emptied;
  const made = makeAll(files, [`${poolPath(place, block.pool)}/prepared`, aside]);
  if (made !== undefined) return failed('remove the block', made);
  const removed = removeDrained(files, place, block.pool, prefix);
  if (removed !== undefined && removed !== 'ENOENT') {
    files.rmdir(aside);
    return noted(context, block, 'draining') ?? failed('remove the block', removed);
  }
  // The mark was there a moment ago: somebody is removing links just now.
  if (unmarkBlock(files, place, block.pool, prefix) === 'ENOENT') {
    noted(context, block, 'closed');
    files.rmdir(aside);
    return { kind: 'wiped', lost: 'entries' };
  }
  files.rmdir(aside);
  return { kind: 'withdrawn' };
}

/** Notes the phase and moves the block out of the reach of new addresses. Undefined is success. */
function moveAside(
  context: BlockContext,
  block: BlockRef,
  phase: BlockPhase,
): BlockOutcome | undefined {
  const state = stateOf(context, block);
  if (typeof state === 'object') return failed('look for the block', state.error);
  if (state === 'absent') return absent(context, block, phase);
  const emptied = unmarkedStep(context, block);
  if (emptied !== undefined) return emptied;
  const unwritten = noted(context, block, phase);
  if (unwritten !== undefined || state === 'draining') return unwritten;
  const { files, place } = context;
  const moved = drainBlock(files, place, block.pool, prefixOf(block.prefix));
  return moved === undefined ? undefined : failed('close the block', moved);
}

/** A block that was never in place may be closed too: then it never comes into place. */
function absent(
  context: BlockContext,
  block: BlockRef,
  phase: BlockPhase,
): BlockOutcome | undefined {
  const { files, place, notes } = context;
  const wiped = wipedStep(context, block);
  if (wiped !== undefined) return wiped;
  const before = notes.get(block.pool, block.prefix);
  if (before === undefined && phase === 'closed') return undefined;
  const unwritten = before === undefined ? undefined : noted(context, block, 'removed');
  if (unwritten !== undefined) return unwritten;
  unmarkBlock(files, place, block.pool, prefixOf(block.prefix));
  files.rmdir(asidePath(context, block));
  return { kind: 'withdrawn' };
}

function stateOf(context: BlockContext, block: BlockRef): ReturnType<typeof blockState> {
  return blockState(context.files, context.place, block.pool, prefixOf(block.prefix));
}

function asidePath({ place }: BlockContext, { pool, prefix }: BlockRef): string {
  return `${poolPath(place, pool)}/prepared/${blockName(prefixOf(prefix))}`;
}

function noted(
  context: BlockContext,
  block: BlockRef,
  phase: BlockPhase,
): BlockOutcome | undefined {
  const written = context.notes.set(block.pool, block.prefix, phase);
  return written.ok ? undefined : waiting(`the database refused a note: ${written.error.message}`);
}

function makeAll(files: Files, paths: readonly string[]): FileError {
  for (const path of paths) {
    const error = files.mkdir(path);
    if (error !== undefined && error !== 'EEXIST') return error;
  }
  return undefined;
}

function failed(what: string, error: FileError): BlockOutcome {
  return waiting(`cannot ${what}: ${error}`);
}

function waiting(reason: string): BlockOutcome {
  return { kind: 'waiting', reason };
}
