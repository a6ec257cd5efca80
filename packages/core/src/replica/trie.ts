// A persistent Merkle trie over entry ids: what it holds determines its shape and so its hash, whatever
// the order of arrival. Adding copies one path, so older tries stay valid and copies share their nodes.
//
// Why not an incremental multiset hash: adding 256-bit hashes modulo 2^256 falls to Wagner's generalized
// birthday attack (CRYPTO 2002), and members can grind ids; what resists, LtHash (Lewi et al., "Securing
// Update Propagation with Homomorphic Hashing", IACR ePrint 2019/227), expands every id to 2 KiB, 64
// SHA-256 compressions. A path here costs as much, a batch of additions far less, and a collision of
// the root is a collision of SHA-256. Ids are hashes themselves, so paths are as short as log16(n).
import { type Digest, sha256Bytes, toHex } from '../crypto/index.ts';

const fanOut = 16;
const idLength = 32;
const header = 4;
/** What is hashed next: one branch at a time. */
const bytes = new Uint8Array(header + fanOut * idLength);

interface Leaf<V> {
  readonly id: string;
  readonly value: V;
}

interface Branch<V> {
  /** One for each value of the next hex digit. */
  readonly children: readonly (Leaf<V> | Branch<V> | undefined)[];
  /** Computed when first asked for; a branch never changes. */
  hash: Uint8Array | undefined;
}

type Node<V> = Leaf<V> | Branch<V>;

/** The root of a trie. */
export type Trie<V> = Branch<V>;

/** A trie without entries. */
export function emptyTrie<V>(): Trie<V> {
  return branch(new Array(fanOut).fill(undefined));
}

/** The value under this id, or undefined. */
export function trieGet<V>(trie: Trie<V>, id: string): V | undefined {
  let node: Node<V> | undefined = trie;
  for (let depth = 0; node !== undefined; depth += 1) {
    if ('id' in node) return node.id === id ? node.value : undefined;
    node = node.children[digitAt(id, depth)];
  }
  return undefined;
}

/** The trie with this id added; the id must be 64 lower-case hex digits and not in it. */
export function trieAdd<V>(trie: Trie<V>, id: string, value: V): Trie<V> {
  return addBelow(trie, 0, { id, value });
}

/** Ids that begin with `prefix`, and their values, in the order of ids. Costs nothing for the others. */
export function* trieEntries<V>(
  trie: Trie<V>,
  prefix: string = '',
): Generator<readonly [string, V]> {
  const node = nodeUnder(trie, prefix);
  if (node !== undefined) yield* entriesOf(node);
}

/**
 * Equal for equal sets of ids that begin with `prefix`, whatever else there is: '' when there is none, the id
 * when there is one, else 64 hex digits. Two tries differ in the slices where these do.
 */
export function trieSliceHash<V>(
  trie: Trie<V>,
  prefix: string,
  digest: Digest = sha256Bytes,
): string {
  const node = nodeUnder(trie, prefix);
  if (node === undefined) return '';
  return 'id' in node ? node.id : toHex(trieHash(node, digest));
}

/**
 * SHA-256 over which children there are, which of them are ids, and each child's id or hash: 32 bytes.
 * Only branches that are new since it was last asked for are hashed. A simulation may take another digest,
 * the same for all its tries.
 */
export function trieHash<V>(trie: Trie<V>, digest: Digest = sha256Bytes): Uint8Array {
  if (trie.hash !== undefined) return trie.hash;
  const { children } = trie;
  for (const child of children) {
    if (child !== undefined && !('id' in child)) trieHash(child, digest);
  }
  let present = 0;
  let leaves = 0;
  let length = header;
  for (let digit = 0; digit < fanOut; digit += 1) {
    const child = children[digit];
    if (child === undefined) continue;
    present |= 1 << digit;
    if ('id' in child) {
      leaves |= 1 << digit;
      writeId(child.id, length);
    } else bytes.set(trieHash(child, digest), length);
    length += idLength;
  }
  bytes[0] = present >> 8;
  bytes[1] = present & 0xff;
  bytes[2] = leaves >> 8;
  bytes[3] = leaves & 0xff;
  trie.hash = digest(bytes.subarray(0, length));
  return trie.hash;
}

function* entriesOf<V>(node: Node<V>): Generator<readonly [string, V]> {
  if ('id' in node) yield [node.id, node.value];
  else for (const child of node.children) if (child !== undefined) yield* entriesOf(child);
}

function nodeUnder<V>(trie: Trie<V>, prefix: string): Node<V> | undefined {
  let node: Node<V> | undefined = trie;
  for (let depth = 0; node !== undefined && depth < prefix.length; depth += 1) {
    if ('id' in node) return node.id.startsWith(prefix) ? node : undefined;
    node = node.children[digitAt(prefix, depth)];
  }
  return node;
}

function addBelow<V>(node: Branch<V>, depth: number, leaf: Leaf<V>): Branch<V> {
  const digit = digitAt(leaf.id, depth);
  const child = node.children[digit];
  const children = node.children.slice();
  if (child === undefined) children[digit] = leaf;
  else if ('id' in child) children[digit] = fork(depth + 1, child, leaf);
  else children[digit] = addBelow(child, depth + 1, leaf);
  return branch(children);
}

/** The smallest branch below which two different ids part. */
function fork<V>(depth: number, one: Leaf<V>, other: Leaf<V>): Branch<V> {
  if (one.id === other.id) throw new Error(`entry ${one.id} is in the trie already`);
  return addBelow(addBelow(emptyTrie<V>(), depth, one), depth, other);
}

function branch<V>(children: readonly (Node<V> | undefined)[]): Branch<V> {
  return { children, hash: undefined };
}

/** 0 to 15; something else, where no child is, for what is not a lower-case hex digit. */
function digitAt(id: string, depth: number): number {
  const code = id.charCodeAt(depth);
  return code < 58 ? code - 48 : code - 87;
}

/** Puts the bytes of an id into `bytes`. */
function writeId(id: string, at: number): void {
  let wrong = id.length ^ (2 * idLength);
  for (let byte = 0; byte < idLength; byte += 1) {
    const high = digitAt(id, 2 * byte);
    const low = digitAt(id, 2 * byte + 1);
    wrong |= (high | low) & ~15;
    bytes[at + byte] = (high << 4) | low;
  }
  if (wrong !== 0) throw new Error(`not an entry id: ${id}`);
}
