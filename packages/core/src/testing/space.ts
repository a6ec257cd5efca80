/**
 * Addresses and blocks as small whole numbers, so that checkers count in arrays. Blocks of all pools are
 * numbered through; an address is `block * 256 + offset`.
 */
import { formatAddress, formatPrefix, parseAddress, prefixOf } from '../address/index.ts';
import type { Cidr } from '../address/types.ts';
import { bookPool, candidates } from '../book/index.ts';
import type { Pool } from '../membership/types.ts';

/** Blocks `from` up to, not including, `to`. */
export interface BlockRange {
  /** The first. */
  readonly from: number;
  /** One past the last. */
  readonly to: number;
}

interface PoolSpace {
  readonly pool: Pool;
  readonly base: bigint;
  readonly family: 4 | 6;
  readonly hostBits: number;
  readonly first: number;
  /** How many blocks all pools have together. */
  readonly blocks: number;
}

/**
 * All pools of a simulated cluster, in small numbers. Blocks of all pools are numbered through from 0; the
 * number of an address is `block * 256 + offset`.
 */
export class Space {
  /** How many blocks all pools have together. */
  readonly blocks: number;
  private readonly pools = new Map<string, PoolSpace>();
  private readonly ranges = new Map<string, BlockRange>();
  private readonly usable = new Map<number, readonly number[]>();

  /** Blocks of at most 256 addresses; the pools' prefixes are canonical. */
  constructor(pools: readonly Pool[]) {
    let first = 0;
    for (const pool of pools) {
      const { family, value, length } = prefixOf(pool.prefix);
      const blocks = 2 ** (pool.blockLength - length);
      const hostBits = (family === 4 ? 32 : 128) - pool.blockLength;
      this.pools.set(pool.name, { pool, base: value, family, hostBits, first, blocks });
      first += blocks;
    }
    this.blocks = first;
  }

  /** All pools, in order. */
  get all(): readonly Pool[] {
    return [...this.pools.values()].map(({ pool }) => pool);
  }

  /** The blocks of a prefix inside a pool. */
  range(name: string, cidr: Cidr): BlockRange {
    const key = `${name} ${cidr}`;
    let range = this.ranges.get(key);
    if (range === undefined) {
      const { base, first, hostBits, pool } = this.pools.get(name) as PoolSpace;
      const prefix = prefixOf(cidr);
      const from = first + Number((prefix.value - base) >> BigInt(hostBits));
      range = { from, to: from + 2 ** Math.max(0, pool.blockLength - prefix.length) };
      this.ranges.set(key, range);
    }
    return range;
  }

  /** Name of the pool that a block is in. Throws for a number of no block. */
  poolOf(block: number): string {
    return this.poolSpaceOf(block).pool.name;
  }

  /** A block as text, `10.32.0.64/26`. */
  prefixOf(block: number): Cidr {
    const { base, family, first, hostBits, pool } = this.poolSpaceOf(block);
    const value = base + (BigInt(block - first) << BigInt(hostBits));
    return formatPrefix({ family, value, length: pool.blockLength });
  }

  /** Addresses of a block that containers may have, in order. */
  addressesOf(block: number): readonly number[] {
    let addresses = this.usable.get(block);
    if (addresses === undefined) {
      const book = bookPool(this.poolSpaceOf(block).pool);
      const prefix = prefixOf(this.prefixOf(block));
      addresses = [...candidates(book, prefix)].map(
        ({ value }) => block * 256 + Number(value - prefix.value),
      );
      this.usable.set(block, addresses);
    }
    return addresses;
  }

  /** An address as text, `10.32.0.65`. */
  textOf(address: number): string {
    const { family, value } = prefixOf(this.prefixOf(address >> 8));
    return formatAddress({ family, value: value + BigInt(address & 255) });
  }

  /** The number of an address that lies in a pool. Throws on a text that is no address. */
  numberOf(name: string, text: string): number {
    const { base, first, hostBits } = this.pools.get(name) as PoolSpace;
    const parsed = parseAddress(text);
    if (!parsed.ok) throw new Error(parsed.error.message);
    const distance = parsed.value.value - base;
    const block = first + Number(distance >> BigInt(hostBits));
    return block * 256 + Number(distance & ((1n << BigInt(hostBits)) - 1n));
  }

  private poolSpaceOf(block: number): PoolSpace {
    for (const pool of this.pools.values()) {
      if (block >= pool.first && block < pool.first + pool.blocks) return pool;
    }
    throw new Error(`block ${block} is in no pool`);
  }
}
