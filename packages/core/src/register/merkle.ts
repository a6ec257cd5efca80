/**
 * A hash tree over a list of ids (RFC 6962 section 2.1: leaves and nodes are hashed under different
 * prefixes), so that one id can be shown to be in a list that is not shown.
 */
import { concat, fromHex, sha256Hex, utf8 } from '../crypto/bytes.ts';

const leafPrefix = Uint8Array.of(0);
const nodePrefix = Uint8Array.of(1);

/** From the leaf to the root: the neighbour at each level, and on which side it stands. */
export type MerklePath = readonly { readonly side: 'left' | 'right'; readonly hash: string }[];

function leafHash(id: string): string {
  return sha256Hex(concat(leafPrefix, utf8(id)));
}

function nodeHash(left: string, right: string): string {
  return sha256Hex(concat(nodePrefix, fromHex(left) as Uint8Array, fromHex(right) as Uint8Array));
}

/** The root, 64 hex digits; that of an empty list is the hash of nothing. */
export function merkleRoot(ids: readonly string[]): string {
  if (ids.length === 0) return sha256Hex(new Uint8Array(0));
  if (ids.length === 1) return leafHash(ids[0] as string);
  const middle = splitOf(ids.length);
  return nodeHash(merkleRoot(ids.slice(0, middle)), merkleRoot(ids.slice(middle)));
}

/** The path of an id, or undefined when it is not in the list. */
export function merklePath(ids: readonly string[], id: string): MerklePath | undefined {
  const index = ids.indexOf(id);
  return index < 0 ? undefined : pathOf(ids, index);
}

function pathOf(ids: readonly string[], index: number): MerklePath {
  if (ids.length === 1) return [];
  const middle = splitOf(ids.length);
  const left = ids.slice(0, middle);
  const right = ids.slice(middle);
  if (index < middle) return [...pathOf(left, index), { side: 'right', hash: merkleRoot(right) }];
  return [...pathOf(right, index - middle), { side: 'left', hash: merkleRoot(left) }];
}

/** The paths of all ids, in their order. */
export function merklePaths(ids: readonly string[]): readonly MerklePath[] {
  if (ids.length <= 1) return ids.map(() => []);
  const middle = splitOf(ids.length);
  const left = ids.slice(0, middle);
  const right = ids.slice(middle);
  const onRight = { side: 'right' as const, hash: merkleRoot(right) };
  const onLeft = { side: 'left' as const, hash: merkleRoot(left) };
  return [
    ...merklePaths(left).map((path) => [...path, onRight]),
    ...merklePaths(right).map((path) => [...path, onLeft]),
  ];
}

/** Does the path lead from this id to this root? */
export function isOnPath(root: string, id: string, path: MerklePath): boolean {
  let hash = leafHash(id);
  for (const { side, hash: other } of path) {
    hash = side === 'left' ? nodeHash(other, hash) : nodeHash(hash, other);
  }
  return hash === root;
}

/** The largest power of two below the length. */
function splitOf(length: number): number {
  let size = 1;
  while (size * 2 < length) size *= 2;
  return size;
}
