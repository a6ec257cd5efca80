// Agents inside the test's own process, on loopback, with everything that waits made short.

import { join } from 'node:path';
import { must } from '@hedgerow/core';
import type { Tuning } from '@hedgerow/core/cluster';
import { parsePoolSpec } from '@hedgerow/core/membership';
import {
  type Agent,
  type AgentOptions,
  createAgent,
  initCluster,
  joinCluster,
} from '@hedgerow/node-agent';
import type { Cleanup } from './cleanup.ts';

/** Pauses of milliseconds, blocks as they are needed, and no limits on how many. */
export const quick: Partial<Tuning> = {
  lowFree: 2,
  highFree: 1000,
  reserveBlocks: 0,
  roundPauseMs: 20,
  roundPauseMaxMs: 100,
  resendMs: 50,
  resendMaxMs: 200,
  syncMs: 100,
  persistRetryMs: 50,
  grantsPerMinute: 60_000,
  grantBurst: 1000,
};

/** Directories of the node `name` below `home`, quick, listening on a free port of loopback. */
export function quickOptions(home: string, name: string): AgentOptions {
  return {
    stateDir: join(home, name, 'state'),
    runDir: join(home, name, 'run'),
    listen: ['/ip4/127.0.0.1/tcp/0'],
    name,
    nodeAddresses: ['127.0.0.1'],
    restMs: 1,
    tuning: quick,
  };
}

/** Makes a cluster and starts its first member. */
export async function found(cleanup: Cleanup, options: AgentOptions, pool: string): Promise<Agent> {
  const pools = [must(parsePoolSpec(pool))];
  must(initCluster({ stateDir: options.stateDir, cluster: 'test', pools }));
  return start(cleanup, options);
}

/** Joins with a token and starts. */
export async function enter(
  cleanup: Cleanup,
  options: AgentOptions,
  token: string,
): Promise<Agent> {
  must(await joinCluster({ stateDir: options.stateDir, token }));
  return start(cleanup, options);
}

/** Starts a member; `cleanup` stops it. */
export async function start(cleanup: Cleanup, options: AgentOptions): Promise<Agent> {
  const agent = must(await createAgent(options));
  cleanup.add(`agent ${options.name}`, () => agent.stop());
  return agent;
}

/** The partitions of all pools as an agent sees them, as text: equal texts are equal views. */
export function viewOf(agent: Agent): string {
  return JSON.stringify(agent.map().pools.map(({ pieces }) => pieces));
}
