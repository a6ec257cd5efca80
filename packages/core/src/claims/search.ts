/**
 * Where an ADD looks for a free address: in the block of the last one, after it and around; in other
 * blocks only when that one is full. What it yields are candidates, not promises: the rename decides.
 */
import { contains } from '../address/index.ts';
import type { Address, Prefix } from '../address/types.ts';
import { blockOf, candidates, searchOrder } from '../book/index.ts';
import { isFull } from './capacity.ts';
import {
  addressName,
  areaPath,
  blockPath,
  cursorPath,
  parseAddressName,
  parseBlockName,
  type RunPlace,
} from './layout.ts';
import type { OpenPool } from './poolFile.ts';
import { maxCandidates } from './record.ts';
import type { FileErrorCode, Files } from './types.ts';

/** Names after the cursor that are tried without looking: most of them are free. */
const blindCandidates = 8;

/** Some addresses of one block, in the order in which to try them. */
export interface Batch {
  readonly block: Prefix;
  readonly candidates: readonly Address[];
}

/** What a search looks through. */
export interface SearchArea {
  readonly files: Files;
  readonly place: RunPlace;
  readonly pool: OpenPool;
  /** Addresses that this network must not give. */
  readonly excluded: readonly Prefix[];
}

/** Batches to try, each made when it is asked for. Returns an errno when the blocks cannot be read. */
export function* search(area: SearchArea): Generator<Batch, FileErrorCode | undefined> {
  const { files, place, pool } = area;
  const cursor = readCursor(files, place, pool);
  const home = cursor && blockOf(pool, cursor);
  if (home !== undefined) yield* searchBlock(area, home, cursor);
  const names = files.readdir(areaPath(place, pool.name, 'blocks'));
  if (typeof names === 'string') return names;
  const blocks = names.map(parseBlockName).filter((block) => block !== undefined);
  for (const block of searchOrder(blocks, cursor)) {
    if (block.value !== home?.value) yield* searchBlock(area, block, undefined);
  }
  return undefined;
}

/** First some addresses after the cursor unseen, then those that a look at the directory shows free. */
function* searchBlock(
  area: SearchArea,
  block: Prefix,
  cursor: Address | undefined,
): Generator<Batch, void> {
  const { files, place, pool, excluded } = area;
  const path = blockPath(place, pool.name, 'blocks', block);
  const stat = files.lstat(path);
  // A symbolic link would lead elsewhere.
  if (typeof stat === 'string' || stat.kind !== 'directory') return;
  if (!contains(pool.prefix, block)) return;
  const counts = stat.nlink >= 2;
  if (counts && isFull(pool, block, excluded, stat.nlink - 2)) return;
  const order = candidates(pool, block, excluded, cursor);
  // Where nlink does not tell that the block is full, trying unseen names would be for nothing too often.
  if (counts) yield { block, candidates: take(order, blindCandidates) };
  const names = files.readdir(path);
  if (typeof names === 'string') return;
  const taken = new Set(names);
  const free = counts ? candidates(pool, block, excluded, cursor) : order;
  const rest = [...free].filter((address) => !taken.has(addressName(address)));
  for (let at = 0; at < rest.length; at += maxCandidates)
    yield { block, candidates: rest.slice(at, at + maxCandidates) };
}

function take(addresses: Iterator<Address>, count: number): readonly Address[] {
  const taken: Address[] = [];
  while (taken.length < count) {
    const next = addresses.next();
    if (next.done === true) break;
    taken.push(next.value);
  }
  return taken;
}

/** Where the last search ended; undefined when nobody left a hint or it is none. */
function readCursor(files: Files, place: RunPlace, pool: OpenPool): Address | undefined {
  const read = files.readlink(cursorPath(place, pool.name));
  const address = typeof read === 'string' ? undefined : parseAddressName(read.target);
  return address !== undefined && contains(pool.prefix, address) ? address : undefined;
}

/**
 * Leaves the hint for the next search: a symlink whose target is the address, replaced by rename. Best
 * effort; a preparation that a killed caller left over is removed, and this hint is lost.
 */
export function writeCursor(files: Files, place: RunPlace, pool: string, address: Address): void {
  const path = cursorPath(place, pool);
  const prepared = `${path}.new`;
  if (files.symlink(addressName(address), prepared) === undefined) files.rename(prepared, path);
  else files.unlink(prepared);
}
