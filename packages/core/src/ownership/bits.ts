// The bits of a prefix, one by one, as the tree of a partition goes down along them.
import type { Prefix } from '../address/types.ts';

/** The value as 32-bit words, high word first: cheaper to take bits from than a bigint. */
export function wordsOf(prefix: Prefix): readonly number[] {
  const { family, value } = prefix;
  if (family === 4) return [Number(value)];
  const high = value >> 64n;
  return [
    Number(high >> 32n),
    Number(high & 0xffff_ffffn),
    Number((value >> 32n) & 0xffff_ffffn),
    Number(value & 0xffff_ffffn),
  ];
}

/** The bit at this place, the highest being 0. */
export function bitAt(words: readonly number[], place: number): number {
  return ((words[place >>> 5] as number) >>> (31 - (place & 31))) & 1;
}
