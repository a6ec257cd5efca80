// A partition of five agents, each on a host of its own, with an operator on both sides who forgets the same member.

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

describe.skipIf(blocked)('a member that both sides of a partition forget while it lives', () => {
  const cleanup = createCleanup();
  let members: readonly HostNode[];
  let majority: readonly HostNode[];
  let minority: HostNode;
  let victim: HostNode;
  let blocks: readonly string[];

  beforeAll(async () => {
    ({ members } = await createHostCluster(cleanup, 5, ['--rest', '20s']));
    [minority, victim] = members.slice(3) as [HostNode, HostNode];
    majority = members.slice(0, 3);
    await untilGuardedByAllOthers(members);
    await untilOneMap(members);
    addressOf(await victim.node.cni('ADD', 'before'));
    blocks = await committed(victim);
  });
  afterAll(() => cleanup.run());

  async function committed({ agent }: HostNode): Promise<readonly string[]> {
    const { pools } = await agent.status();
    const holdings = pools.flatMap((pool) => pool.holdings);
    return holdings.filter(({ use }) => use === 'committed').map(({ prefix }) => prefix);
  }
  const hears = async ({ agent }: HostNode, other: HostNode): Promise<boolean> => {
    const { peers } = await agent.status();
    return peers.some(({ member, connected }) => member === other.id && connected);
  };
  const forget = ({ node }: HostNode, ...words: readonly string[]) =>
    node.cli('forget', victim.name, '--yes', ...words);

  test('where it is heard, its forgetting is refused', async () => {
    await cutOff(minority, ...majority);
    await cutOff(victim, ...majority);
    await until('the sides do not hear each other', async () => {
      const heard = await Promise.all(majority.map((each) => hears(each, victim)));
      return !heard.includes(true) && !(await hears(victim, majority[0] as HostNode));
    });
    expect(await forget(minority)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is connected to this node; nothing was changed'),
    });
  });

  test('only the side with a quorum of its guardians forgets it; the other says why it cannot', async () => {
    await cutOff(victim, ...majority, minority);
    await until('nobody hears it', async () => !(await hears(minority, victim)));
    const [heir, others] = [majority[0] as HostNode, majority.slice(1)];
    const [sealed, stuck] = await Promise.all(
      [heir, minority].map((each) => forget(each, '--timeout', '15s')),
    );
    // Two of the heir's own guardians are on the other side: it takes what it won once they are back.
    expect(sealed).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('it is forgotten, and this node takes what it owned'),
    });
    expect(stuck).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('3 of the 4 guardians of its register, 1 are reachable'),
    });
    await until('its side counts it out', async () => {
      const all = await Promise.all(others.map(({ agent }) => agent.status()));
      return all.every(({ peers }) => peers.every(({ member }) => member !== victim.id));
    });
    const { waiting, peers } = await minority.agent.status();
    expect(waiting.map(({ code }) => code)).toEqual(expect.arrayContaining(['quorum', 'forget']));
    expect(peers.map(({ member }) => member)).toContain(victim.id);
    // It knows nothing of all that, and goes on in the blocks that it has: they rest at the heir.
    addressOf(await victim.node.cni('ADD', 'meanwhile'));
  });

  test('once healed, all maps are one, and the victim lets go without a crash', async () => {
    await heal(minority);
    await heal(victim);
    const { alarms } = await until(
      'the victim hears of it, and counts what lives there',
      async () => {
        const status = await victim.agent.status();
        const isCounted = status.alarms.some(({ message }) => message.includes('2 addresses are'));
        return status.state === 'quarantined' && isCounted && status;
      },
    );
    expect(alarms).toMatchObject([
      { code: 'forgotten', message: expect.stringContaining('still in use here') },
    ]);
    await minority.agent.untilReady();
    await until('the heir has what it won', async () => {
      const map = await untilOneMap(members);
      return blocks.every((block) => ownersOf(map, block).join() === majority[0]?.id);
    });
    await untilOwnedOnce(members);
    const add = await victim.node.cni('ADD', 'after', { waitMs: 100 });
    expect(add.answer).toMatchObject({
      code: 11,
      details: expect.stringContaining('this node was forgotten'),
    });
  });

  test('while it is heard its blocks rest; once it is off they can be used', async () => {
    const heir = majority[0] as HostNode;
    const resting = async (): Promise<boolean> => {
      const { pools } = await heir.agent.status();
      return pools[0]?.holdings.some(({ use }) => use === 'resting') === true;
    };
    const { gone } = await until('the heir hears the victim', async () => {
      const { peers } = await heir.agent.status();
      return peers.find(({ member, connected }) => member === victim.id && connected);
    });
    expect(gone).toBe(true);
    expect(await resting()).toBe(true);
    await victim.agent.stop();
    await until('the rest is over', async () => !(await resting()));
    await until('it is out of the list', async () => {
      const status = await heir.agent.status();
      return status.peers.length === 3 && status.waiting.length === 0;
    });
  });
});
