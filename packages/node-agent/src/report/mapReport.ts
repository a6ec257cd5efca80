/** Makes the map report out of the ownership view. Pure. */
import { type Prefix, prefixOf, sizeNumber, sizeOf } from '@hedgerow/core/address';
import type { MemberBody, MemberId, NetworkId, Pool } from '@hedgerow/core/membership';
import type { OwnershipView } from '@hedgerow/core/ownership';
import type { MapReport, MapShare, PoolMap } from './types.ts';

/** What a map is made of. */
export interface MapSources {
  readonly network: NetworkId;
  readonly member: MemberId;
  readonly pools: readonly Pool[];
  readonly members: ReadonlyMap<MemberId, Pick<MemberBody, 'name'>>;
  readonly view: Pick<OwnershipView, 'pieces' | 'shares'>;
}

/** The map of all pools, or of one; an unknown pool gives no pools. */
export function mapReport(sources: MapSources, pool?: string): MapReport {
  const { network, member } = sources;
  const pools = sources.pools.filter((each) => pool === undefined || each.name === pool);
  return { network, member, pools: pools.map((each) => poolMap(sources, each)) };
}

function poolMap({ view, members }: MapSources, pool: Pool): PoolMap {
  const prefix = prefixOf(pool.prefix);
  const pieces = [...view.pieces(pool.name)].map(({ prefix, version, owner, disputed }) => ({
    prefix,
    version,
    owner,
    disputed,
  }));
  const shares = [...view.shares(pool.name)]
    .sort(([a, first], [b, second]) =>
      first === second ? (a < b ? -1 : 1) : first > second ? -1 : 1,
    )
    .map(([member, addresses]) =>
      shareOf(prefix, member, members.get(member)?.name ?? '', addresses),
    );
  return { name: pool.name, prefix: pool.prefix, blockLength: pool.blockLength, pieces, shares };
}

function shareOf(pool: Prefix, member: MemberId, name: string, addresses: bigint): MapShare {
  const whole = sizeOf(pool);
  return {
    member,
    name,
    addresses: Number(addresses > cap ? cap : addresses),
    // Six digits are enough for people, and bigint division keeps them exact for /8 and /64 alike.
    share: addresses === whole ? 1 : Number((addresses * 1_000_000n) / whole) / 1_000_000,
  };
}

const cap = BigInt(Number.MAX_SAFE_INTEGER);

/** Addresses in a prefix, at most 2^53 - 1: the size that reports show. */
export function reportedSize(cidr: string): number {
  return sizeNumber(prefixOf(cidr));
}
