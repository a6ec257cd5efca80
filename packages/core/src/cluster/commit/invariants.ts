/**
 * Checked before every register write, in production too: a violation is our own bug, and stopping
 * is better than handing out an address twice.
 */
import { covers, overlaps, prefixOf } from '../../address/index.ts';
import type { Estate } from '../../estate/index.ts';
import type { Refusal } from '../../result.ts';
import { blockKey, type NodeState } from '../state/index.ts';

/** What is wrong with an estate that is about to be written; undefined when nothing is. */
export function checkEstate(state: NodeState, estate: Estate): Refusal | undefined {
  if (estate.member !== state.member)
    return { code: 'S3', message: 'the estate of another member' };
  const committed = new Set<string>();
  let previous: Estate['holdings'][number] | undefined;
  for (const holding of estate.holdings) {
    const pool = state.pools.get(holding.pool);
    const prefix = prefixOf(holding.prefix);
    if (pool === undefined || !covers(prefixOf(pool.prefix), prefix)) {
      return { code: 'S3', message: `${holding.prefix} is in no pool` };
    }
    if (prefix.length > pool.blockLength) {
      return { code: 'S3', message: `${holding.prefix} is less than a block` };
    }
    if (holding.use === 'committed') {
      if (prefix.length !== pool.blockLength) {
        return { code: 'S4', message: `${holding.prefix} is committed and not one block` };
      }
      committed.add(blockKey(holding.pool, holding.prefix));
    }
    if (previous?.pool === holding.pool && overlaps(prefixOf(previous.prefix), prefix)) {
      return { code: 'S3', message: `${previous.prefix} and ${holding.prefix} overlap` };
    }
    previous = holding;
  }
  for (const [key, { phase }] of state.blocks) {
    // These may be somebody else's, and take no new addresses; one that was found is not judged yet.
    if (phase === 'closed' || phase === 'lost' || phase === 'found') continue;
    if (!committed.has(key)) {
      const leaving = isReleasing(state, key);
      if (!leaving) return { code: 'S4', message: `${key} is in use and not committed` };
    }
  }
  return undefined;
}

/** A block that is gone from the run directory and about to be released. */
function isReleasing(state: NodeState, key: string): boolean {
  return state.blocks.get(key)?.phase === 'withdrawn';
}
