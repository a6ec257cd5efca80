// AWS VPC CNI #1127: a cool-down that a restart forgets. Weave #2744: freed addresses used again at once.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { addressOf } from '../support/cni.ts';
import { createEmbeddedNode, type EmbeddedNode } from '../support/embeddedNode.ts';
import { until } from '../support/until.ts';

let cleanup: Cleanup;
let node: EmbeddedNode;

beforeEach(() => {
  cleanup = createCleanup();
});
afterEach(() => cleanup.run());

async function create(restMs: number): Promise<void> {
  node = await createEmbeddedNode(cleanup, 'default=10.93.0.0/29,block=29', { restMs });
  await until('a block is open', () => node.agent.status().state === 'ready');
}

const now = { ipam: { waitMs: 0 } };

it('a freed address rests on over restarts of the agent and of the plugin', async () => {
  await create(3_600_000);
  const given = [];
  for (const id of ['a', 'b', 'c', 'd', 'e']) given.push(addressOf(await node.cni('ADD', id)));
  expect(new Set(given).size).toBe(5);
  expect((await node.cni('DEL', 'c')).ok).toBe(true);
  for (let restart = 0; restart < 2; restart++) {
    const refused = await node.cni('ADD', 'next', now);
    expect(refused).toMatchObject({ ok: false, answer: { code: 11 } });
    expect(refused.answer?.details).toMatch(/rest/);
    expect(node.agent.showAddress(given[2] ?? '')).toMatchObject({
      value: { restLeftMs: expect.any(Number) },
    });
    await node.restart();
  }
  // It is a courtesy, not a promise: who asks for that address gets it.
  const wish = { ...now, more: { runtimeConfig: { ips: [given[2]] } } };
  const plugin = { ...wish, more: { ...wish.more, capabilities: { ips: true } } };
  expect(addressOf(await node.cni('ADD', 'next', plugin))).toBe(given[2]);
});

it('the search goes round-robin over restarts of the agent and of the plugin', async () => {
  await create(0);
  const given: string[] = [];
  for (let round = 0; round < 10; round++) {
    given.push(addressOf(await node.cni('ADD', `pod-${round}`)));
    expect((await node.cni('DEL', `pod-${round}`)).ok).toBe(true);
    if (round % 3 === 1) await node.restart();
  }
  const circle = given.slice(0, 5);
  expect(new Set(circle).size).toBe(5);
  expect(given.slice(5)).toEqual(circle);
});
