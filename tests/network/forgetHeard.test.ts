// Five agents, each on a host of its own. Only the cable between the operator's node and another one is cut.

import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCleanup } from '../support/cleanup.ts';
import { addressOf } from '../support/cni.ts';
import {
  createHostCluster,
  cutOff,
  type HostNode,
  heal,
  ownersOf,
  untilGuardedByAllOthers,
  untilOneMap,
  untilOwnedOnce,
} from '../support/hostCluster.ts';
import { requires } from '../support/requires.ts';
import { hedgerow, hedgerowIpam } from '../support/testNode.ts';
import { until } from '../support/until.ts';

const blocked = requires({
  root: true,
  netns: true,
  binaries: ['ip', 'nft', hedgerow, hedgerowIpam],
});

describe.skipIf(blocked)('a member that only the operator does not hear', () => {
  const cleanup = createCleanup();
  let members: readonly HostNode[];
  let operator: HostNode;
  let victim: HostNode;

  beforeAll(async () => {
    ({ members } = await createHostCluster(cleanup, 5));
    [operator, victim] = [members[1], members[3]] as [HostNode, HostNode];
    await untilGuardedByAllOthers(members);
    await untilOneMap(members);
    await cutOff(operator, victim);
    await until('the operator does not hear it', async () => {
      const { peers } = await operator.agent.status();
      return peers.every(({ member, connected }) => member !== victim.id || !connected);
    });
  }, 90_000);
  afterAll(() => cleanup.run());

  test('is not forgotten, with --now or without: the operator reads who hears it, and what to do', async () => {
    for (const words of [[], ['--now']]) {
      const { code, stderr } = await operator.node.cli('forget', victim.name, '--yes', ...words);
      expect(code).toBe(1);
      expect(stderr).toMatch(/Not forgotten: (n\d, )*n\d hears? n4: /);
      expect(stderr).toContain('it runs, and may be cut off from this node only. Run leave there');
      expect(stderr).toContain('Nothing was changed.');
    }
  });

  test('goes on as if nothing had happened', async () => {
    const address = addressOf(await victim.node.cni('ADD', 'after'));
    await heal(operator);
    const status = await until('the operator hears it again', async () => {
      const { peers } = await operator.agent.status();
      return peers.some(({ member, connected }) => member === victim.id && connected);
    }).then(() => victim.agent.status());
    expect(status).toMatchObject({ state: 'ready', alarms: [] });
    const map = await untilOneMap(members);
    expect(ownersOf(map, `${address}/32`)).toEqual([victim.id]);
    await untilOwnedOnce(members);
  });
});
