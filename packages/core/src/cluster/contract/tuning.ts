/** Defaults of everything that can be tuned. Pacing only: no value here can make an address unsafe. */
import type { Tuning } from './types.ts';

/** What a node uses unless it is told otherwise. */
export const defaultTuning: Tuning = {
  lowFree: 16,
  highFree: 160,
  withdrawAfterMs: 600_000,
  reserveBlocks: 1,
  requestTimeoutMs: 1_000,
  roundPauseMs: 250,
  roundPauseMaxMs: 30_000,
  resendMs: 1_000,
  resendMaxMs: 60_000,
  syncMs: 60_000,
  persistRetryMs: 1_000,
  grantsPerMinute: 120,
  grantBurst: 20,
  listenMs: 2_000,
  heartbeatMs: 60_000,
  reclaimMs: 3_600_000,
  restMs: 86_400_000,
  registerMs: 300,
  registerMaxMs: 10_000,
  quota: 1,
};
