/**
 * Brings blocks into the run directory and out of it, so that a crash at any step is told from a wipe.
 *
 * Publish: make the directory aside, note `open`, rename it into place. A rename happens once, and what is
 * still aside proves that it did not happen: so a restart may repeat it, and a block noted `open` that is
 * nowhere was wiped. Withdraw: note `draining`, rename to draining/, wait until empty and rested, note
 * `removed`, rmdir. A note of another boot counts as none.
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
  poolPath,
  type RunPlace,
  removeDrained,
} from '@hedgerow/core/claims';
import type { BlockNotes, BlockPhase } from './blockNotes.ts';

/** One block of one pool. */
export interface BlockRef {
  readonly pool: string;
  readonly prefix: Cidr;
}

/**
 * Where a block stands after a step.
 * - `waiting`: not yet; `reason` says why, and the same call may be repeated.
 * - `wiped`: published on this boot and gone without our doing.
 */
export type BlockOutcome =
  | { readonly kind: 'published' | 'closed' | 'withdrawn' | 'wiped' }
  | { readonly kind: 'waiting'; readonly reason: string };

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
  const aside = asidePath(context, block);
  if (phase === 'open' && typeof context.files.lstat(aside) === 'string') return { kind: 'wiped' };
  return openAside(context, block, aside);
}

function openAside(context: BlockContext, block: BlockRef, aside: string): BlockOutcome {
  const { files, place } = context;
  const made = makeAll(files, [`${poolPath(place, block.pool)}/prepared`, aside]);
  if (made !== undefined) return failed('prepare the block', made);
  const unwritten = noted(context, block, 'open');
  if (unwritten !== undefined) return unwritten;
  const moved = files.rename(aside, blockPath(place, block.pool, 'blocks', prefixOf(block.prefix)));
  return moved === undefined ? { kind: 'published' } : failed('open the block', moved);
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
  const { files, place, notes } = context;
  const phase = notes.get(block.pool, block.prefix);
  const state = stateOf(context, block);
  if (state === 'absent' && (phase === undefined || phase === 'removed')) {
    return { kind: 'withdrawn' };
  }
  const stopped = moveAside(context, block, phase === 'removed' ? 'removed' : 'draining');
  if (stopped !== undefined) return stopped;
  const prefix = prefixOf(block.prefix);
  const { restMs } = context;
  const drained = drainedState(files, place, block.pool, prefix, restMs, context.wallMs());
  if (drained.kind === 'busy') return waiting(`${drained.taken} addresses are still in use`);
  if (drained.kind === 'resting') return waiting('its last address was freed a moment ago');
  if (drained.kind === 'failed') return failed('look into the block', drained.error);
  const unwritten = noted(context, block, 'removed');
  if (unwritten !== undefined) return unwritten;
  const removed = removeDrained(files, place, block.pool, prefix);
  if (removed === undefined || removed === 'ENOENT') return { kind: 'withdrawn' };
  return noted(context, block, 'draining') ?? failed('remove the block', removed);
}

/** Notes the phase and moves the block out of the reach of new addresses. Undefined is success. */
function moveAside(
  context: BlockContext,
  block: BlockRef,
  phase: BlockPhase,
): BlockOutcome | undefined {
  const before = context.notes.get(block.pool, block.prefix);
  const state = stateOf(context, block);
  if (typeof state === 'object') return failed('look for the block', state.error);
  if (state === 'absent') return absent(context, block, before, phase);
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
  before: BlockPhase | undefined,
  phase: BlockPhase,
): BlockOutcome | undefined {
  if (before === undefined) return phase === 'closed' ? undefined : { kind: 'withdrawn' };
  if (before === 'removed') return { kind: 'withdrawn' };
  const aside = asidePath(context, block);
  if (typeof context.files.lstat(aside) === 'string') return { kind: 'wiped' };
  const unwritten = noted(context, block, 'removed');
  if (unwritten !== undefined) return unwritten;
  context.files.rmdir(aside);
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
