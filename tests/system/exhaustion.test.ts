// A cluster whose pool is used up: every address is given exactly once, and who gets none learns why.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { addressOf, type CniAnswer } from '../support/cni.ts';
import { createHome, createNode, type TestNode } from '../support/testNode.ts';
import { until } from '../support/until.ts';

/** 4 blocks of 4 addresses; network, gateway and broadcast are nobody's. */
const pool = 'default=10.79.0.0/28,block=30';
const usable = 13;
const onDemand = ['--low-free', '1', '--high-free', '1000', '--reserve-blocks', '0'];

let cleanup: Cleanup;
let nodes: readonly TestNode[];
beforeEach(async () => {
  cleanup = createCleanup();
  const home = createHome(cleanup);
  nodes = [await createNode(cleanup, home, 'a'), await createNode(cleanup, home, 'b')];
  const [a, b] = nodes as [TestNode, TestNode];
  const token = await a.init(pool);
  const agents = [a.start(...onDemand)];
  await agents[0]?.untilReady();
  await b.join(token);
  agents.push(b.start(...onDemand));
  // One that is not ready yet would lose rounds, and with them the race for the last address.
  await agents[1]?.untilReady();
});
afterEach(() => cleanup.run());

it('gives the last address to one of two that race for it, and says to the other who has how much', async () => {
  const given: string[] = [];
  let last: readonly CniAnswer[] = [];
  for (let round = 0; given.length < usable; round++) {
    last = await Promise.all(nodes.map((node) => node.cni('ADD', `pod-${round}`)));
    const got = last.filter(({ ok }) => ok).map(addressOf);
    expect(got.length, JSON.stringify(last)).toBeGreaterThan(0);
    given.push(...got);
  }
  // An odd number of addresses: in the last round there was one for two.
  expect(new Set(given).size).toBe(usable);
  expect(given).not.toContain('10.79.0.0');
  expect(last.map(({ ok }) => ok).sort()).toEqual([false, true]);
  expect(last.find(({ ok }) => !ok)?.answer).toMatchObject({ cniVersion: '1.0.0', code: 11 });

  for (const [at, node] of nodes.entries()) {
    const other = nodes[1 - at]?.place.name;
    const error = await until('the donor has said what it has', async () => {
      const refused = await node.cni('ADD', 'one-too-many', { waitMs: 300 });
      expect(refused).toMatchObject({ ok: false, answer: { code: 11 } });
      return refused.answer?.details?.includes(` has 0 blocks free`) && refused.answer;
    });
    expect(error.details).toContain(`${other} has 0 blocks free: nothing left in reserve`);
    expect((await node.cli('status')).stdout).toContain(`${other} has 0 blocks free`);
  }
  const held = await Promise.all(
    nodes.map((node) => node.json<readonly { address: string }[]>('addr', 'ls')),
  );
  expect(
    held
      .flat()
      .map(({ address }) => address)
      .sort(),
  ).toEqual([...given].sort());
});
