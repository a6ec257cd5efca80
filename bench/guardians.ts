// How long it takes to open a block of one's own reserve: with the own store as the register, and with four
// guardians as processes on loopback. Every write is on the disk of a quorum before the next step. Run with
//   npm run build && node --conditions=hedgerow-source bench/guardians.ts
// Medians; from the wish to the block's place in the holdings, looked at every millisecond.
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import { join } from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as sleep } from 'node:timers/promises';
import { must } from '@hedgerow/core';
import type { Agent } from '@hedgerow/node-agent';
import { createCleanup } from '../tests/support/cleanup.ts';
import { found, quickOptions } from '../tests/support/embedded.ts';
import { createNode } from '../tests/support/testNode.ts';

const samples = 101;
const others = ['b', 'c', 'd', 'e'];

/** Takes addresses until each one has needed a block of its own. */
async function measure(agent: Agent, name: string): Promise<readonly number[]> {
  const took: number[] = [];
  for (let at = 0; took.length < samples; at += 1) {
    const before = committed(agent);
    const startedMs = performance.now();
    const given = agent.allocate({ pool: 'default', attachment: `${name}-${at}` });
    while (committed(agent) === before && performance.now() - startedMs < 500) await sleep(1);
    if (committed(agent) > before) took.push(performance.now() - startedMs);
    must(await given);
    if (at > 4 * samples) throw new Error('too few addresses needed a block');
  }
  return took.sort((a, b) => a - b);
}

function committed(agent: Agent): number {
  const [pool] = agent.status().pools;
  return pool?.holdings.filter(({ use }) => use === 'committed').length ?? 0;
}

function tell(what: string, took: readonly number[]): void {
  const at = (share: number): string => (took[Math.floor(took.length * share)] ?? 0).toFixed(1);
  const load = os.loadavg()[0]?.toFixed(1);
  console.log(`${what}: median ${at(0.5)} ms, 9 of 10 within ${at(0.9)} ms (load ${load})`);
}

const cleanup = createCleanup();
const home = mkdtempSync(join(os.tmpdir(), 'hedgerow-guardians-'));
cleanup.add(home, () => rmSync(home, { recursive: true, force: true }));
try {
  const quick = quickOptions(home, 'a');
  const tuning = { ...quick.tuning, lowFree: 0, reserveBlocks: 0 };
  const agent = await found(cleanup, { ...quick, tuning }, 'default=10.90.0.0/20,block=32');
  tell('own store', await measure(agent, 'alone'));
  for (const name of others) {
    const node = await createNode(cleanup, home, name);
    await node.join(must(agent.createToken(600_000)));
    await node.start().untilReady();
  }
  while (agent.status().guardians.members.length < 4) await sleep(50);
  tell('four guardians, quorum three', await measure(agent, 'guarded'));
} finally {
  await cleanup.run();
}
