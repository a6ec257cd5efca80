/**
 * What makes a pool sound. A pool that passed here has a canonical prefix of ordinary unicast addresses,
 * blocks of at most 256 addresses inside it, and shares no address with the others.
 */

import {
  bitsOf,
  formatPrefix,
  overlaps,
  type Prefix,
  parseCidr,
  parsePrefix,
  prefixOf,
  quote,
  specialRange,
} from '../address/index.ts';
import { ok, type Refusal, type Result, refuse } from '../result.ts';
import type { Pool } from './types.ts';

/** Codes of `parsePoolSpec` and `checkPools`. */
export type PoolRefusal = Refusal<'bad-pool' | 'pools-overlap'>;

/** A block has at most 2^8 addresses: one directory holds them all. */
const maxBlockBits = 8;
const defaultBlockBits = 6;

/**
 * Reads `NAME=CIDR[,block=LEN][,subnet=pool|block]`, as in `default=10.244.0.0/16,block=26`. The block
 * defaults to /26 or /122, or to the whole pool when that is smaller; `subnet` to `pool`.
 */
export function parsePoolSpec(text: string): Result<Pool, PoolRefusal> {
  const [head = '', ...options] = text.split(',');
  const equals = head.indexOf('=');
  if (equals < 0) return badPool(text, 'write NAME=CIDR, as in default=10.244.0.0/16');
  const prefix = parsePrefix(head.slice(equals + 1));
  if (!prefix.ok) return badPool(text, prefix.error.message);
  const given = readOptions(options);
  if (!given.ok) return badPool(text, given.error.message);
  const pool: Pool = {
    name: head.slice(0, equals),
    prefix: formatPrefix(prefix.value),
    blockLength: defaultBlockLength(prefix.value),
    subnet: 'pool',
    ...given.value,
  };
  return checkPool(pool);
}

function defaultBlockLength(prefix: Prefix): number {
  return Math.max(bitsOf(prefix.family) - defaultBlockBits, prefix.length);
}

type Options = Partial<Pick<Pool, 'blockLength' | 'subnet'>>;

function readOptions(texts: readonly string[]): Result<Options> {
  let options: Options = {};
  const seen = new Set<string>();
  for (const text of texts) {
    const [key = '', value = ''] = text.split(/=(.*)/s, 2);
    if (seen.has(key)) return refuse('bad-pool', `${key} is given twice`);
    seen.add(key);
    const option = readOption(key, value);
    if (!option)
      return refuse('bad-pool', `${quote(text)} is neither block=LEN nor subnet=pool|block`);
    options = { ...options, ...option };
  }
  return ok(options);
}

function readOption(key: string, value: string): Options | undefined {
  if (key === 'block' && /^\/?[1-9]\d{0,2}$/.test(value)) {
    return { blockLength: Number(value.replace('/', '')) };
  }
  if (key === 'subnet' && (value === 'pool' || value === 'block')) return { subnet: value };
  return undefined;
}

/** Checks pools that go together: each alone, names that differ, no address in two. Returns them. */
export function checkPools(pools: readonly Pool[]): Result<readonly Pool[], PoolRefusal> {
  if (pools.length === 0) {
    return refuse('bad-pool', 'there is no pool; name at least one, as in default=10.244.0.0/16');
  }
  for (const [index, pool] of pools.entries()) {
    const checked = checkPool(pool);
    if (!checked.ok) return checked;
    for (const other of pools.slice(0, index)) {
      const clash = clashOf(other, pool);
      if (clash) return clash;
    }
  }
  return ok(pools);
}

function clashOf(a: Pool, b: Pool): Result<never, PoolRefusal> | undefined {
  if (a.name === b.name) return badPool(b.name, 'two pools have this name; give each its own');
  if (!overlaps(prefixOf(a.prefix), prefixOf(b.prefix))) return undefined;
  const both = `pools ${a.name} (${a.prefix}) and ${b.name} (${b.prefix}) overlap`;
  const meaning = 'an address would be given out twice; choose prefixes that share no address';
  return refuse('pools-overlap', `${both}: ${meaning}`);
}

/** Checks one pool alone, wherever it came from. */
export function checkPool(pool: Pool): Result<Pool, PoolRefusal> {
  if (!/^[a-z0-9-]{1,63}$/.test(pool.name)) {
    return badPool(pool.name, 'a name has 1 to 63 of the characters a-z, 0-9 and "-"');
  }
  const parsed = parseCidr(pool.prefix);
  if (!parsed.ok) return badPool(pool.name, parsed.error.message);
  const special = specialRange(parsed.value);
  if (special) {
    const shared = `${pool.prefix} shares addresses with ${special.range} (${special.meaning})`;
    return badPool(pool.name, `${shared}, which pods cannot use; choose another prefix`);
  }
  const problem = blockProblem(parsed.value, pool.blockLength);
  if (problem) return badPool(pool.name, problem);
  if (pool.subnet === 'pool' || pool.subnet === 'block') return ok(pool);
  return badPool(pool.name, 'subnet must be "pool" or "block"');
}

function blockProblem(prefix: Prefix, blockLength: number): string | undefined {
  const bits = bitsOf(prefix.family);
  const shortest = Math.max(bits - maxBlockBits, prefix.length);
  if (Number.isInteger(blockLength) && blockLength >= shortest && blockLength <= bits)
    return undefined;
  const meaning =
    blockLength < prefix.length
      ? `blocks of /${blockLength} do not fit into ${formatPrefix(prefix)}`
      : `blocks of /${blockLength} are not possible: a block has 1 to ${2 ** maxBlockBits} addresses`;
  return `${meaning}; choose a block length from ${shortest} to ${bits}`;
}

function badPool(name: string, problem: string): Result<never, PoolRefusal> {
  return refuse('bad-pool', `pool ${quote(name)}: ${problem}`);
}

/** What an operator should know about pools that are sound but may not do what was meant. */
export function poolWarnings(pools: readonly Pool[]): readonly string[] {
  return pools.flatMap((pool) =>
    warningsOf(pool).map((warning) => `pool ${pool.name}: ${warning}`),
  );
}

function warningsOf({ prefix, blockLength, subnet }: Pool): readonly string[] {
  const warnings: string[] = [];
  const { family, length } = prefixOf(prefix);
  const bits = bitsOf(family);
  if (blockLength === length) {
    warnings.push('it is a single block, so one node at a time can have addresses of it');
  }
  if (subnet === 'block') {
    warnings.push(
      'subnet=block gives each block a gateway of its own: the standard bridge plugin refuses the second ' +
        'IPv4 block on a node, and ipMasq hides pods of other nodes; subnet=pool avoids both',
    );
  }
  if ((subnet === 'block' ? blockLength : length) === bits) {
    warnings.push('a subnet of one address has no gateway, which the ptp plugin needs');
  }
  return warnings;
}
