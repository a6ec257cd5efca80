/** The birth of a simulated cluster, and estates in words. */
import { formatPrefix, halves, prefixOf } from '../address/index.ts';
import { firstEstate } from '../estate/index.ts';
import type { Estate } from '../estate/types.ts';
import { genesisHoldings } from '../membership/genesis.ts';
import type { Founder, Genesis, Pool } from '../membership/types.ts';
import type { ClusterOptions, Past } from './types.ts';

/** What a cluster has unless it is told otherwise: one pool of 64 blocks. */
export const defaultPools: readonly Pool[] = [
  { name: 'default', prefix: '10.32.0.0/20', blockLength: 26, subnet: 'pool' },
];

/** The member that the node of this number is. */
export function memberName(index: number): string {
  return `node-${index}`;
}

/** An estate in one line. */
export function estateText(estate: Estate): string {
  const holdings = estate.holdings.map(({ prefix, use }) =>
    use === 'reserve' ? prefix : `${prefix}!`,
  );
  const outbox = estate.outbox.map(
    ({ to, counter, record }) => ` out ${record.body.prefix}→${to}#${counter}`,
  );
  return `[${holdings.join(' ')}]${outbox.join('')}`;
}

/** Founders share each pool in equal parts, as far as powers of two allow. */
export function genesisOf(seed: number, pools: readonly Pool[], founders: number): Genesis {
  const parts = founders > 1 ? 2 ** Math.ceil(Math.log2(founders)) : 1;
  const prefixes: { pool: string; prefix: string }[][] = Array.from({ length: founders }, () => []);
  for (const { name, prefix } of pools) {
    let pieces = [prefixOf(prefix)];
    while (pieces.length < parts) pieces = pieces.flatMap((each) => halves(each) ?? [each]);
    for (const [at, piece] of pieces.entries()) {
      prefixes[at % founders]?.push({ pool: name, prefix: formatPrefix(piece) });
    }
  }
  const list: Founder[] = prefixes.map((each, index) => ({
    member: memberName(index),
    prefixes: each,
  }));
  const nonce = (seed >>> 0).toString(16).padStart(32, '0');
  return { cluster: 'simulated', nonce, pools, founders: list, authorities: [memberName(0)] };
}

/** What a member has on its disk before its first start: what the options say, else what it founded the cluster with. */
export function pastOf(member: string, genesis: Genesis, { past }: ClusterOptions): Past {
  if (past !== undefined) return past(member, genesis);
  return { estate: firstEstate(member, genesisHoldings(genesis, member)), updates: [] };
}

/** The zone that the node of this number stands in; empty: none is named. */
export function zoneOf(index: number, { zones = 0 }: ClusterOptions): string {
  return zones === 0 ? '' : `zone-${index % zones}`;
}
