/**
 * Has the agent been heard lately? Blocks of a member that was forgotten rest before others use them. A node
 * whose agent has been silent for half of that time may be such a member, and gives no new addresses.
 */
import { ok } from '@hedgerow/core';
import type { AgentFile } from '@hedgerow/core/claims';
import { type CniResult, cniError, type errorCode } from '../contract/errors.ts';
import type { Port } from '../port.ts';
import { silentSeconds } from '../runDirectory.ts';

/** The codes for an agent that was not up on this boot, and for one that is silent for too long. */
export interface HeardCodes {
  readonly never: keyof typeof errorCode;
  readonly silent: keyof typeof errorCode;
}

export function checkHeard(
  port: Port,
  agent: AgentFile | undefined,
  codes: HeardCodes,
): CniResult<undefined> {
  const silent = silentSeconds(port, agent);
  if (agent === undefined || silent === undefined) {
    const details = 'start it with `hedgerow agent`, or wait until it is up';
    return cniError(codes.never, 'the agent has not been up since this machine started', details);
  }
  if (agent.forgetRestMs === 0 || silent * 1000 <= agent.forgetRestMs / 2) return ok(undefined);
  const msg = `the agent has not been heard for ${Math.round(silent)} s`;
  const details = 'the blocks of this node may belong to others by now: start the agent';
  return cniError(codes.silent, msg, details);
}
