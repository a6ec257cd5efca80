/** The part of an agent that the local API shows. */
import type { Agent } from '../agent/types.ts';

/** A running agent, as far as the API is concerned. */
export type AgentHandle = Pick<
  Agent,
  | 'status'
  | 'map'
  | 'addresses'
  | 'showAddress'
  | 'releaseAddress'
  | 'collectGarbage'
  | 'createToken'
  | 'aboutForget'
  | 'forget'
  | 'leave'
  | 'leaving'
>;

/** Where the API of an agent listens. */
export function apiSocketPath(runDir: string): string {
  return `${runDir}/api.sock`;
}
