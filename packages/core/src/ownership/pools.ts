// The pools of a cluster as their roots of lineage declare them, each with its partition.
import { comparePrefix, covers, enclosingPrefix, prefixOf } from '../address/index.ts';
import type { Prefix } from '../address/types.ts';
import { compareText } from './equivocations.ts';
import { Partition } from './partition.ts';
import type { RecordBody } from './types.ts';

/**
 * One empty partition for each pool named by a root, in order of names. Throws when one pool has roots
 * of both families: whoever checked the roots let it through.
 */
export function partitionsOf(roots: readonly RecordBody[]): ReadonlyMap<string, Partition> {
  const bases = new Map<string, Prefix>();
  for (const { pool, prefix } of roots) {
    const own = prefixOf(prefix);
    bases.set(pool, around(bases.get(pool) ?? own, own));
  }
  const names = [...bases].sort(([a], [b]) => compareText(a, b));
  return new Map(names.map(([pool, base]) => [pool, new Partition(pool, base)]));
}

/** The smallest prefix that covers both. */
function around(a: Prefix, b: Prefix): Prefix {
  if (a.family !== b.family) throw new Error('a pool has roots of both address families');
  const [low, high] = comparePrefix(a, b) <= 0 ? [a, b] : [b, a];
  let length = low.length;
  while (!covers(enclosingPrefix(low, length), high)) length -= 1;
  return enclosingPrefix(low, length);
}
