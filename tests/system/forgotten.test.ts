// A member that is forgotten while its agent is down, and whose agent then starts again on its own run directory.

import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import type { AgentProcess, AgentStatus } from '../support/agentProcess.ts';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { addressOf, callCni } from '../support/cni.ts';
import { timing } from '../support/hostCluster.ts';
import { requires } from '../support/requires.ts';
import {
  createHome,
  createNode,
  hedgerow,
  hedgerowIpam,
  networkOf,
  type TestNode,
} from '../support/testNode.ts';
import { until } from '../support/until.ts';

describe.skipIf(requires({ binaries: [hedgerow, hedgerowIpam] }))('a forgotten member', () => {
  let cleanup: Cleanup;
  let first: TestNode;
  let victim: TestNode;
  let agent: AgentProcess;
  let member: string;

  beforeEach(async () => {
    cleanup = createCleanup();
    const home = createHome(cleanup);
    first = await createNode(cleanup, home, 'alder');
    const token = await first.init('default=10.77.0.0/24,block=28');
    await first.start(...timing).untilReady();
    for (const name of ['birch', 'cedar']) {
      victim = await createNode(cleanup, home, name);
      await victim.join(token);
      agent = victim.start(...timing);
      await agent.untilReady();
    }
    ({ member } = await until('all three keep its register', async () => {
      const status = await agent.status();
      return status.guardians.members.length === 3 && status;
    }));
  }, 60_000);
  afterEach(() => cleanup.run());

  /** Kills the agent and has the first member forget it; starts it again and waits until it knows. */
  async function forgetAndRestart(): Promise<AgentStatus> {
    await agent.kill();
    await until('it is forgotten', async () => {
      const { code } = await first.cli('forget', member, '--yes', '--now', '--timeout', '5s');
      return code === 0;
    });
    agent = victim.start(...timing);
    return until('it knows', async () => {
      const status = await agent.status();
      return status.state === 'quarantined' && status;
    });
  }
  const alarm = async (): Promise<string> => (await agent.status()).alarms[0]?.message ?? '';
  const nothingLives = (): Promise<true | false> =>
    until('its alarm counts none', async () => !(await alarm()).includes('still in use'));

  it('gives out no address after its agent starts again, says why, and counts what lives there', async () => {
    addressOf(await victim.cni('ADD', 'c1'));
    const { alarms } = await forgetAndRestart();
    const counted = expect.stringContaining('1 address is still in use here');
    expect(alarms).toMatchObject([{ code: 'forgotten', message: counted }]);
    const refused = { code: 11, details: expect.stringContaining('this node was forgotten') };
    expect((await victim.cni('ADD', 'c2', { waitMs: 0 })).answer).toMatchObject(refused);
    const config = { ...networkOf(victim.place.runDir), cniVersion: '1.1.0' };
    const status = { plugin: hedgerowIpam, verb: 'STATUS', containerId: '', config } as const;
    expect((await callCni(status)).answer).toMatchObject({ ...refused, code: 50 });
    await agent.stop();
    expect((await victim.cni('ADD', 'c2', { waitMs: 0 })).answer).toMatchObject(refused);
    agent = victim.start(...timing);
    await until('it counts again', async () => (await alarm()).includes('1 address is still'));
    expect((await victim.cni('DEL', 'c1')).ok).toBe(true);
    await nothingLives();
    expect((await victim.cni('ADD', 'c2', { waitMs: 0 })).answer).toMatchObject(refused);
  });

  it('that was told to leave before does not say that it left while containers live on what others own', async () => {
    addressOf(await victim.cni('ADD', 'c1'));
    expect(await victim.cli('leave', '--timeout', '1s')).toMatchObject({ code: 1 });
    await forgetAndRestart();
    expect(await victim.cli('leave')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: expect.stringMatching(/has not left: .*forgotten.* 1 address is still in use here/),
    });
    expect((await victim.cni('DEL', 'c1')).ok).toBe(true);
    await nothingLives();
    expect((await agent.status()).state).toBe('quarantined');
  });
});
