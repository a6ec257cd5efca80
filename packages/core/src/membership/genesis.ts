/**
 * The birth certificate of a cluster. Its hash is the network id, so two members that agree on the
 * network id agree on pools, founders and authorities, byte for byte.
 */
import { decode, encode } from 'cborg';
import { z } from 'zod';
import { covers, overlaps, parseCidr, prefixOf } from '../address/index.ts';
import type { Cidr } from '../address/types.ts';
import { sha256Hex } from '../crypto/index.ts';
import type { Holding } from '../estate/types.ts';
import { recordId } from '../ownership/record.ts';
import type { RecordBody } from '../ownership/types.ts';
import { ok, type Result, refuse } from '../result.ts';
import { checkPools } from './pool.ts';
import type { Founder, Genesis, MemberId, NetworkId } from './types.ts';

const tag = 'hedgerow/genesis/1';

/** A genesis is sent whole to a newcomer: more than this is refused. Bytes. */
export const maxGenesisBytes: number = 256 * 1024;

const member: z.ZodType<MemberId> = z.string().regex(/^[1-9A-HJ-NP-Za-km-z]{40,64}$/, 'a peer id');
const cidr: z.ZodType<Cidr> = z.string().max(49);
const genesisShape: z.ZodType<Genesis> = z.strictObject({
  cluster: z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, 'a DNS label'),
  nonce: z.string().regex(/^[0-9a-f]{32}$/, '32 hex digits'),
  pools: z
    .array(
      z.strictObject({
        name: z.string().max(63),
        prefix: cidr,
        blockLength: z.int().min(1).max(128),
        subnet: z.enum(['pool', 'block']),
      }),
    )
    .min(1)
    .max(256),
  founders: z
    .array(
      z.strictObject({
        member,
        prefixes: z.array(z.strictObject({ pool: z.string().max(63), prefix: cidr })).max(1024),
      }),
    )
    .min(1)
    .max(256),
  authorities: z.array(member).min(1).max(16),
});

/** Canonical bytes of a genesis: CBOR with sorted keys. */
export function encodeGenesis(genesis: Genesis): Uint8Array {
  return encode([tag, genesis]);
}

/** `sha256:<hex>` over the canonical bytes. */
export function networkIdOf(genesis: Genesis): NetworkId {
  return `sha256:${sha256Hex(encodeGenesis(genesis))}`;
}

/** Decodes and checks; the bytes must be the canonical ones, or the hash would not name one cluster. */
export function decodeGenesis(bytes: Uint8Array): Result<Genesis> {
  if (bytes.length > maxGenesisBytes) {
    return refuse('genesis', `the genesis has ${bytes.length} bytes, more than ${maxGenesisBytes}`);
  }
  let plain: unknown;
  try {
    plain = decode(bytes, { strict: true, rejectDuplicateMapKeys: true });
  } catch (error) {
    return refuse('genesis', `the genesis is not CBOR: ${(error as Error).message}`);
  }
  if (!Array.isArray(plain) || plain.length !== 2 || plain[0] !== tag) {
    return refuse('genesis', 'these bytes are not the genesis of a cluster of this version');
  }
  return checkGenesis(plain[1]);
}

/** Shape and meaning of a genesis: pools in order, founders inside pools, nothing owned twice. */
export function checkGenesis(plain: unknown): Result<Genesis> {
  const parsed = genesisShape.safeParse(plain);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    return refuse('genesis', `genesis.${issue?.path.join('.')}: ${issue?.message}`);
  }
  const genesis = parsed.data;
  const pools = checkPools(genesis.pools);
  if (!pools.ok) return pools;
  const founders = checkFounders(genesis);
  return founders.ok ? ok(genesis) : founders;
}

function checkFounders(genesis: Genesis): Result<true> {
  const owned: { pool: string; prefix: Cidr }[] = [];
  for (const founder of genesis.founders) {
    for (const part of founder.prefixes) {
      const pool = genesis.pools.find((each) => each.name === part.pool);
      if (pool === undefined) return refuse('genesis', `no pool is named ${part.pool}`);
      const prefix = parseCidr(part.prefix);
      if (!prefix.ok) return prefix;
      if (!covers(prefixOf(pool.prefix), prefix.value) || prefix.value.length > pool.blockLength) {
        return refuse(
          'genesis',
          `${part.prefix} of founder ${founder.member} is not made of whole blocks of pool ${pool.name} (${pool.prefix}, blocks of /${pool.blockLength})`,
        );
      }
      const other = owned.find((each) => overlaps(prefixOf(each.prefix), prefix.value));
      if (other !== undefined) {
        return refuse('genesis', `${part.prefix} and ${other.prefix} overlap: one owner each`);
      }
      owned.push(part);
    }
  }
  return ok(true);
}

/** The root records that a genesis stands for: version 1, no predecessors, nobody's signature. */
export function genesisRecords(genesis: Genesis): readonly RecordBody[] {
  const network = networkIdOf(genesis);
  return genesis.founders.flatMap((founder) =>
    founder.prefixes.map(({ pool, prefix }) => ({
      network,
      pool,
      prefix,
      version: 1,
      owner: founder.member,
      predecessors: [],
      kind: 'genesis' as const,
    })),
  );
}

/** What a founder holds from the start; nothing for everybody else. */
export function genesisHoldings(genesis: Genesis, member: MemberId): readonly Holding[] {
  return genesisRecords(genesis)
    .filter((body) => body.owner === member)
    .map(({ pool, prefix, version, ...rest }) => ({
      pool,
      prefix,
      version,
      record: recordId({ pool, prefix, version, ...rest }),
      use: 'reserve' as const,
    }));
}

/** The usual list: one founder that owns every pool. */
export function soleFounder(genesis: Pick<Genesis, 'pools'>, member: MemberId): Founder {
  return { member, prefixes: genesis.pools.map(({ name, prefix }) => ({ pool: name, prefix })) };
}
