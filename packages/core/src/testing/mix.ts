/** Shapes of clusters by chance: pools that are ample or scarce, pacing that is quick or slow. */
import type { Tuning } from '../cluster/contract/index.ts';
import type { Pool } from '../membership/types.ts';
import { Random } from './random.ts';
import type { ClusterOptions } from './types.ts';

const sizes = [17, 18, 20, 20, 21, 22, 24] as const;

/** Pools, founders and tuning of a seed. */
export function mixTuning(seed: number): Pick<ClusterOptions, 'pools' | 'founders' | 'tuning'> {
  const random = new Random(seed, 3);
  const length = sizes[random.below(sizes.length)] as number;
  const pools: Pool[] = [
    { name: 'default', prefix: `10.32.0.0/${length}`, blockLength: 26, subnet: 'pool' },
  ];
  if (random.chance(0.5)) {
    pools.push({ name: 'six', prefix: `fd00::/${96 + length}`, blockLength: 122, subnet: 'pool' });
  }
  return { pools, founders: random.chance(0.8) ? 1 : 2, tuning: pacing(random) };
}

/** The dead are found within a run. */
function quickRecovery(random: Random): Partial<Tuning> {
  return { heartbeatMs: 10_000, reclaimMs: 600_000, restMs: random.scaled(60_000, 3_600_000) };
}

function pacing(random: Random): Partial<Tuning> {
  return {
    withdrawAfterMs: random.scaled(5_000, 600_000),
    syncMs: random.scaled(5_000, 60_000),
    reserveBlocks: random.below(4),
    lowFree: 1 + random.below(40),
    highFree: 70 + random.below(200),
    ...(random.chance(0.5) ? quickRecovery(random) : {}),
  };
}
