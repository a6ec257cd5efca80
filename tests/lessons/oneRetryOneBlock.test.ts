// coil #197: one request that is retried creates several blocks.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { addressOf } from '../support/cni.ts';
import { createEmbeddedNode, type EmbeddedNode } from '../support/embeddedNode.ts';
import { until } from '../support/until.ts';

let cleanup: Cleanup;
let node: EmbeddedNode;
beforeEach(async () => {
  cleanup = createCleanup();
  const pool = 'default=10.94.0.0/24,block=29';
  const tuning = { lowFree: 1, highFree: 1, reserveBlocks: 0 };
  node = await createEmbeddedNode(cleanup, pool, { tuning });
  await until('a block is open', () => node.agent.status().state === 'ready');
});
afterEach(() => cleanup.run());

function committed() {
  const [pool] = node.agent.status().pools;
  return pool?.holdings.filter(({ use }) => use === 'committed') ?? [];
}

const blocks = () => committed().length;
const usedHere = () => committed().reduce((sum, { used }) => sum + used, 0);

it('ten impatient retries for one more address lead to one more block', async () => {
  // All of the first block: 8 addresses less the pool's own and its gateway.
  for (let pod = 0; pod < 6; pod++) addressOf(await node.cni('ADD', `pod-${pod}`));
  const retry = () => node.cni('ADD', 'retried', { ipam: { waitMs: 0 } });
  for (let round = 0; round < 10; round++) await retry();
  await until('a block came', async () => {
    const { ok, answer } = await retry();
    return ok || answer?.['code'] === 105;
  });
  // It has its address now, and is told so.
  for (let round = 0; round < 10; round++)
    expect(await retry()).toMatchObject({ ok: false, answer: { code: 105 } });
  await until('its use is counted', () => usedHere() === 7);
  expect(blocks()).toBe(2);
  expect(node.held()).toHaveLength(7);
});
