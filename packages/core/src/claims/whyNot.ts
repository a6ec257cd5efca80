/** Why a requested address cannot be given, in words: looked up once it is refused, so it may have changed. */
import { formatAddress, formatPrefix } from '../address/index.ts';
import type { Address } from '../address/types.ts';
import { blockOf } from '../book/index.ts';
import { ownerText } from './attachment.ts';
import { areas } from './entry.ts';
import { addressPath, isClaimId, type RunPlace } from './layout.ts';
import { ownerOf } from './list.ts';
import { unmarkedBlocks, unmarkedText } from './marks.ts';
import { ownerHint } from './owners.ts';
import type { OpenPool } from './poolFile.ts';
import { blockState } from './publish.ts';
import type { Files } from './types.ts';

/** An address that another attachment of this node has. */
export function whyTaken(files: Files, place: RunPlace, pool: OpenPool, address: Address): string {
  const owner = takenBy(files, place, pool, address);
  const by = owner === undefined ? 'by an attachment that is just being changed' : `by ${owner}`;
  return `${describe(pool, address)} is taken ${by}`;
}

/** The attachment of this node that has the address, as `network/container id:interface`. */
function takenBy(
  files: Files,
  place: RunPlace,
  pool: OpenPool,
  address: Address,
): string | undefined {
  const block = blockOf(pool, address);
  for (const area of areas) {
    const names = files.readdir(addressPath(place, pool.name, area, block, address));
    if (typeof names === 'string') continue;
    for (const claim of names.filter(isClaimId)) {
      const owner = ownerOf(files, place, { pool: pool.name, area, block, address, claim });
      if (owner !== undefined) return ownerText(owner);
    }
  }
  return undefined;
}

/** An address of a block that is not open on this node. */
export function whyNotHere(
  files: Files,
  place: RunPlace,
  pool: OpenPool,
  address: Address,
): string {
  const block = blockOf(pool, address);
  const text = `${describe(pool, address)} is in block ${formatPrefix(block)}, which`;
  const isUnmarked = unmarkedBlocks(files, place, pool.name).some(
    ({ value }) => value === block.value,
  );
  if (isUnmarked) return `${text} is closed: ${unmarkedText(block)}`;
  if (blockState(files, place, pool.name, block) === 'draining') {
    const owner = takenBy(files, place, pool, address);
    const taken = owner === undefined ? '' : `, and taken by ${owner}`;
    return `${text} this node gives no new addresses of (it is being handed over)${taken}`;
  }
  const node = ownerHint(files, place, pool.name, address);
  return node === undefined
    ? `${text} is not open on this node`
    : `${text} belongs to node ${node}: start the container there`;
}

function describe(pool: OpenPool, address: Address): string {
  return `${formatAddress(address)} of pool ${pool.name}`;
}
