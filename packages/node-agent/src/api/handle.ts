/** The part of an agent that the local API shows. */
import type { Result } from '@hedgerow/core';
import type {
  AddressDetail,
  AddressReport,
  GcReport,
  MapReport,
  ReleaseReport,
  Status,
} from '../report/index.ts';

/** A running agent, as far as the API is concerned. */
export interface AgentHandle {
  status(): Status;
  /** All pools, or one; an unknown pool gives no pools. */
  map(pool?: string): MapReport;
  addresses(): readonly AddressReport[];
  showAddress(address: string): Result<AddressDetail>;
  releaseAddress(address: string, force?: boolean): Result<ReleaseReport>;
  collectGarbage(dryRun?: boolean): Promise<GcReport>;
  /** Text of a join token. */
  createToken(ttlMs?: number): Result<string>;
}

/** Where the API of an agent listens. */
export function apiSocketPath(runDir: string): string {
  return `${runDir}/api.sock`;
}
