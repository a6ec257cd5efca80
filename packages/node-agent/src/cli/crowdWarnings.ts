/** Says which pools are too small for the nodes that a cluster is meant for. */
import { prefixOf } from '@hedgerow/core/address';
import type { Pool } from '@hedgerow/core/membership';

/** One warning for each pool with fewer blocks than members; none when `members` is unknown. */
export function crowdWarnings(
  pools: readonly Pool[],
  members: number | undefined,
): readonly string[] {
  if (members === undefined) return [];
  return pools.flatMap((pool) => {
    const blocks = 2 ** (pool.blockLength - prefixOf(pool.prefix).length);
    if (blocks >= members) return [];
    return [
      `pool ${pool.name}: ${pool.prefix} has ${blocks} blocks of /${pool.blockLength} for ${members} nodes, ` +
        'so some nodes will have no address to give. Take a larger prefix or smaller blocks.',
    ];
  });
}
