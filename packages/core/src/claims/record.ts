/**
 * A claim's record: where its entry may be, written before the entry exists, so that whoever finds the
 * record can free what it led to. The target of one symlink: `<pool> <block> <address>,... <pools> <netns>`.
 */
import type { Address, Prefix } from '../address/types.ts';
import { addressName, blockName, isPoolName, parseAddressName, parseBlockName } from './layout.ts';

/** Addresses that one claim may try. A symlink's target has room for them even with IPv6. */
export const maxCandidates = 16;

/** Longest path of a network namespace that a record keeps; a longer one is left out. */
const maxNetnsChars = 1024;

const countShape = /^[1-9][0-9]{0,3}$/;

export interface ClaimRecord {
  readonly pool: string;
  readonly block: Prefix;
  /** In the order in which they are tried. */
  readonly candidates: readonly Address[];
  /** Of how many pools its ADD wants an address: until as many claims hold one it has not answered. */
  readonly pools: number;
  /** `CNI_NETNS` of the ADD, or '': tells later whether the container is still there. */
  readonly netns: string;
}

export function formatRecord(record: ClaimRecord): string {
  const names = record.candidates.map(addressName).join(',');
  const netns = record.netns.length <= maxNetnsChars ? record.netns : '';
  return `${record.pool} ${blockName(record.block)} ${names} ${record.pools} ${netns}`;
}

/** The record of a symlink's target, or undefined when it is not one. */
export function parseRecord(target: string): ClaimRecord | undefined {
  const [pool = '', blockText = '', names = '', count = ''] = target.split(' ', 4);
  const block = parseBlockName(blockText);
  if (!isPoolName(pool) || block === undefined || !countShape.test(count)) return undefined;
  const candidates: Address[] = [];
  for (const name of names.split(',')) {
    const address = parseAddressName(name);
    if (address === undefined) return undefined;
    candidates.push(address);
  }
  const before = pool.length + blockText.length + names.length + count.length;
  return { pool, block, candidates, pools: Number(count), netns: target.slice(before + 4) };
}
