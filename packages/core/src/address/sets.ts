// Sets of addresses as lists of prefixes. Results are minimal (no shorter list has the same addresses),
// disjoint and in address order.

import { covers, halves, overlaps, supernet } from './nesting.ts';
import { comparePrefix } from './prefix.ts';
import type { Prefix } from './types.ts';

/** The addresses of `prefix` that are in none of `inner`, which may overlap and reach outside. */
export function subtract(prefix: Prefix, inner: readonly Prefix[]): Prefix[] {
  const left: Prefix[] = [];
  collectRest(prefix, inner, left);
  return left;
}

function collectRest(prefix: Prefix, inner: readonly Prefix[], left: Prefix[]): void {
  const touching = inner.filter((piece) => overlaps(piece, prefix));
  if (touching.length === 0) {
    left.push(prefix);
    return;
  }
  if (touching.some((piece) => covers(piece, prefix))) return;
  // Not covered but touched, so it has more than one address.
  for (const half of halves(prefix) ?? []) collectRest(half, touching, left);
}

/** The addresses of all of them: those inside others dropped, siblings joined. Both families may be mixed. */
export function mergePrefixes(prefixes: readonly Prefix[]): Prefix[] {
  const merged: Prefix[] = [];
  for (const prefix of [...prefixes].sort(comparePrefix)) {
    const last = merged.at(-1);
    if (last && covers(last, prefix)) continue;
    pushJoined(merged, prefix);
  }
  return merged;
}

/** Appends a prefix that lies after all others, and joins upper halves with their lower halves. */
function pushJoined(merged: Prefix[], prefix: Prefix): void {
  let joined = prefix;
  for (let last = merged.at(-1); last !== undefined; last = merged.at(-1)) {
    const parent = supernet(joined);
    if (!parent || last.length !== joined.length || !covers(parent, last)) break;
    merged.pop();
    joined = parent;
  }
  merged.push(joined);
}
