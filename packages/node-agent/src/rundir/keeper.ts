/** Keeps every block where it was last asked to be, looking again once per poll until it is there. */
import { type Cidr, formatPrefix } from '@hedgerow/core/address';
import { type Area, blockUsage, type PublishedBlock } from '@hedgerow/core/claims';
import type { BlockUsage, Input } from '@hedgerow/core/cluster';
import {
  type BlockContext,
  type BlockOutcome,
  type BlockRef,
  closeStep,
  publishStep,
  withdrawStep,
} from './blocks.ts';

/** What became of blocks. */
export type KeeperEvent =
  | {
      readonly type: 'published' | 'withdrawn';
      readonly pool: string;
      readonly prefix: Cidr;
    }
  | Extract<Input, { readonly type: 'wiped' }>
  /** Use of all blocks in the directory; told when it changed. */
  | { readonly type: 'usage'; readonly blocks: readonly BlockUsage[] };

/** The keeper. */
export interface BlockKeeper {
  /**
   * All blocks of these pools that lie in the directory, whoever put them there. Their use is told from now on. To be
   * called once, before anything else.
   */
  find(pools: readonly string[]): readonly BlockUsage[];
  publish(block: BlockRef): void;
  close(block: BlockRef): void;
  withdraw(block: BlockRef): void;
  poll(): void;
  problems(): readonly string[];
}

type Goal = 'publish' | 'close' | 'withdraw';

interface Kept extends BlockRef {
  goal: Goal;
  /** `found`: it lay there, and nobody has said yet where it should be. */
  outcome: BlockOutcome | { readonly kind: 'found' };
}

/** A block as it lies in the directory. */
interface Lying extends BlockUsage {
  readonly area: Area;
}

/** A keeper of no blocks yet. */
export function createBlockKeeper(
  context: BlockContext,
  emit: (event: KeeperEvent) => void,
): BlockKeeper {
  const blocks = new Map<string, Kept>();
  /** Blocks whose withdrawal was reported by this process: their next publication is a new one. */
  const withdrawn = new Set<string>();
  let lastUsage = '[]';

  function aim(goal: Goal, { pool, prefix }: BlockRef): void {
    const key = `${pool} ${prefix}`;
    const kept = blocks.get(key);
    // A wiped block stays an alarm, and one on its way out is not called back.
    if (kept?.outcome.kind === 'wiped') return tell(emit, kept, kept.outcome);
    if (kept?.goal === 'withdraw' && goal !== 'withdraw') return;
    advance(key, { pool, prefix, goal, outcome: { kind: 'waiting', reason: '' } });
  }
  function advance(key: string, block: Kept): void {
    block.outcome = step(context, block, withdrawn.has(key));
    blocks.set(key, block);
    const { kind } = block.outcome;
    tell(emit, block, block.outcome);
    if (kind === 'withdrawn') {
      blocks.delete(key);
      withdrawn.add(key);
    }
    if (kind === 'published') withdrawn.delete(key);
  }
  /** Use of a block; a settled one that is not as it was takes its step again, which finds out why. */
  function look(key: string, block: Kept, seen: PublishedBlock | undefined): readonly BlockUsage[] {
    const { kind } = block.outcome;
    // Of what lay there at the start only a lost mark says something: nobody has said yet where it should be.
    const isFound = kind === 'found' && seen?.isMarked !== false;
    const isSound = seen?.isMarked === true || kind === 'wiped' || isFound;
    if (kind === 'waiting' || !isSound) advance(key, block);
    const { pool, prefix } = block;
    return seen === undefined ? [] : [{ pool, prefix, used: seen.used }];
  }
  function find(pools: readonly string[]): readonly BlockUsage[] {
    const there = pools.flatMap((pool) => blocksOf(context, pool));
    for (const each of there) {
      const { pool, prefix } = each;
      blocks.set(`${pool} ${prefix}`, { pool, prefix, goal: 'close', outcome: { kind: 'found' } });
      if (isHalfClosed(context, each)) aim('close', each);
    }
    return there.map(({ pool, prefix, used }) => ({ pool, prefix, used }));
  }
  function poll(): void {
    const seen = seenBlocks(context, new Set([...blocks.values()].map(({ pool }) => pool)));
    const usage = [...blocks].flatMap(([key, block]) => look(key, block, seen.get(key)));
    const text = JSON.stringify(usage);
    if (text === lastUsage) return;
    lastUsage = text;
    emit({ type: 'usage', blocks: usage });
  }
  return {
    find,
    publish: (block) => aim('publish', block),
    close: (block) => aim('close', block),
    withdraw(block) {
      if (!isInUse(context, blocks.get(`${block.pool} ${block.prefix}`)))
        return aim('withdraw', block);
      poll();
      emit({ type: 'published', pool: block.pool, prefix: block.prefix });
    },
    poll,
    problems: () => [...blocks.values()].flatMap(problemOf),
  };
}

/** Tells what became of a block, where that is news. */
function tell(
  emit: (event: KeeperEvent) => void,
  { pool, prefix }: BlockRef,
  outcome: BlockOutcome,
): void {
  const { kind } = outcome;
  if (kind === 'wiped') emit({ type: kind, pool, prefix, lost: outcome.lost });
  if (kind === 'published' || kind === 'withdrawn') emit({ type: kind, pool, prefix });
}

function step(context: BlockContext, block: Kept, wasWithdrawn: boolean): BlockOutcome {
  if (block.goal === 'withdraw') return withdrawStep(context, block);
  if (block.goal === 'close') return closeStep(context, block);
  return publishStep(context, block, wasWithdrawn);
}

/** An earlier process was killed while it took the block out of the reach of new addresses. */
function isHalfClosed({ notes }: BlockContext, { pool, prefix, area }: Lying): boolean {
  return area === 'blocks' && (notes.get(pool, prefix) ?? 'open') !== 'open';
}

function problemOf({ pool, prefix, goal, outcome }: Kept): readonly string[] {
  return outcome.kind === 'waiting' ? [`${goal} ${prefix} of ${pool}: ${outcome.reason}`] : [];
}

/** The count that led to a withdrawal may be a second old: an open block that is in use stays open. */
function isInUse(context: BlockContext, kept: Kept | undefined): boolean {
  if (kept?.outcome.kind !== 'published') return false;
  const { pool, prefix } = kept;
  return (seenBlocks(context, new Set([pool])).get(`${pool} ${prefix}`)?.used ?? 0) > 0;
}

/** Every block in the directory. */
function seenBlocks(
  { files, place }: BlockContext,
  pools: ReadonlySet<string>,
): ReadonlyMap<string, PublishedBlock> {
  const seen = new Map<string, PublishedBlock>();
  for (const pool of pools) {
    const found = blockUsage(files, place, pool);
    if (typeof found === 'string') continue;
    for (const each of found) seen.set(`${pool} ${formatPrefix(each.block)}`, each);
  }
  return seen;
}

/** Every block of a pool in the directory; none when it cannot be read. */
function blocksOf({ files, place }: BlockContext, pool: string): readonly Lying[] {
  const there = blockUsage(files, place, pool);
  if (typeof there === 'string') return [];
  return there.map(({ block, area, used }) => ({ pool, prefix: formatPrefix(block), area, used }));
}
