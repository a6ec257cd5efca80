// What the two nodes of the crash tests do, in the doomed process and, after its death, in the test itself:
// every step may be repeated.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { must } from '@hedgerow/core';
import { type Agent, type AgentOptions, createAgent, joinCluster } from '@hedgerow/node-agent';
import { quick } from '../embedded.ts';
import { until } from '../until.ts';

/** One node of one run. */
export interface CrashNode {
  readonly role: 'donor' | 'asker';
  readonly options: AgentOptions;
  /** For the asker. */
  readonly token: string;
}

/** Eight blocks of eight addresses. */
export const crashPool = 'default=10.81.0.0/26,block=29';

/**
 * Withdraws a block that is empty while one other is. Much less than the second between two counts of what is
 * used: blocks that were filled meanwhile must stay open.
 */
export const crashTuning = { ...quick, highFree: 4, withdrawAfterMs: 200 };

/** Joins unless that was done, and starts. */
export async function startNode({ role, options, token }: CrashNode): Promise<Agent> {
  if (role === 'asker' && !existsSync(join(options.stateDir, 'hedgerow.db'))) {
    await until('the donor let us join', async () => {
      const joined = await joinCluster({ stateDir: options.stateDir, token });
      if (joined.ok) return true;
      throw new Error(joined.error.message);
    });
  }
  return must(await createAgent(options));
}

/** Takes so many addresses: all different, and the same again on a repeat. */
export async function fill(agent: Agent, pods: number): Promise<readonly string[]> {
  const taken: string[] = [];
  for (let pod = 0; pod < pods; pod++) {
    const wish = { pool: 'default', attachment: `pod-${pod}`, waitMs: 30_000 };
    taken.push(must(await agent.allocate(wish)).address);
  }
  if (new Set(taken).size !== pods) throw new Error(`an address was given twice: ${taken}`);
  return taken;
}

/** Takes more than a first grant holds, so that a second comes, and gives back all blocks but one. */
export async function useBlocks(agent: Agent): Promise<void> {
  const pods = 18;
  await fill(agent, pods);
  for (let pod = 0; pod < pods; pod++) must(agent.release({ attachment: `pod-${pod}` }));
  await until('blocks are withdrawn', () => {
    if (committed(agent).length === 1) return true;
    throw new Error(JSON.stringify(agent.status()));
  });
}

/** The prefixes of committed blocks. */
export function committed(agent: Agent): readonly string[] {
  const holdings = agent.status().pools.flatMap((pool) => pool.holdings);
  return holdings.filter(({ use }) => use === 'committed').map(({ prefix }) => prefix);
}
