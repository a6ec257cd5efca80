// Somebody tidies up /run: every link below the run directory goes, directories stay, and containers live on. Their
// addresses look free then, and are given to nobody: not by the plugin alone, not by the agent, not on another node.

import { afterEach, expect, it } from 'vitest';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { addressOf } from '../support/cni.ts';
import { mustRun } from '../support/run.ts';
import { createHome, createNode, type TestNode } from '../support/testNode.ts';
import { until } from '../support/until.ts';

const quick = ['--low-free', '1', '--high-free', '2', '--reserve-blocks', '0'];

const cleanup: Cleanup = createCleanup();
afterEach(() => cleanup.run());

/** ADDs until one is refused; what was given. */
async function useUp(node: TestNode, name: string): Promise<readonly string[]> {
  const given: string[] = [];
  for (let pod = 0; ; pod++) {
    const added = await node.cni('ADD', `${name}-${pod}`, { waitMs: 1_500 });
    if (added.ok) given.push(addressOf(added));
    else {
      expect(added.answer).toMatchObject({ code: 11 });
      return given;
    }
  }
}

function tidy({ place }: TestNode): Promise<unknown> {
  return mustRun('find', [place.runDir, '-type', 'l', '-delete']);
}

it.each(['runs', 'is down'])('no address is given twice when the agent %s', async (agentIs) => {
  const home = createHome(cleanup);
  const [a, b] = [await createNode(cleanup, home, 'a'), await createNode(cleanup, home, 'b')];
  const token = await a.init('default=10.83.0.0/27,block=30');
  let agent = a.start(...quick);
  await agent.untilReady();
  const live: string[] = [];
  for (const pod of ['1', '2', '3', '4']) live.push(addressOf(await a.cni('ADD', pod)));
  await b.join(token);
  const other = b.start(...quick);
  await other.untilReady();

  if (agentIs === 'is down') await agent.kill();
  await tidy(a);
  const refused = await a.cni('ADD', 'late', { waitMs: 0 });
  expect(refused).toMatchObject({ ok: false, answer: { code: 11 } });
  expect(refused.answer?.details).toContain('links were removed from the run directory');
  if (agentIs === 'is down') agent = a.start(...quick);
  const status = await until('the agent says so', async () => {
    const found = await agent.status();
    return found.alarms.some(({ code }) => code === 'wiped') && found;
  });
  expect(status.state).toBe('quarantined');
  expect(status.alarms.map(({ message }) => message).join()).toContain('has lost links');

  const elsewhere = await useUp(b, 'b');
  expect(elsewhere.length).toBeGreaterThan(0);
  expect(elsewhere.filter((address) => live.includes(address))).toEqual([]);
  expect((await a.cni('ADD', 'later', { waitMs: 0 })).answer).toMatchObject({ code: 11 });
});
