// Three of five machines are lost for good, and with them every quorum: what an authority's word brings back.

import { overlaps, prefixOf } from '@hedgerow/core/address';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createCleanup } from '../support/cleanup.ts';
import { addressOf } from '../support/cni.ts';
import {
  createHostCluster,
  type HostCluster,
  type HostNode,
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
  binaries: ['ip', hedgerow, hedgerowIpam],
});

const pool = '10.244.0.0/20';
const poolSize = 4096;

function isIn(part: string, prefix: string): boolean {
  return overlaps(prefixOf(part), prefixOf(prefix));
}

describe.skipIf(blocked)('three of five machines are lost for good', () => {
  const cleanup = createCleanup();
  let cluster: HostCluster;
  let living: readonly HostNode[];
  let lost: readonly HostNode[];
  /** Blocks that the lost ones had open. */
  let open: readonly string[];
  let containers = 0;

  beforeAll(async () => {
    cluster = await createHostCluster(cleanup, 5);
    living = cluster.members.slice(0, 2);
    lost = cluster.members.slice(2);
    await untilGuardedByAllOthers(cluster.members);
    await Promise.all(lost.map(add));
    const blocks = await Promise.all(lost.map((each) => has(each, 'committed')));
    open = blocks.flat();
    await Promise.all(lost.map(({ agent }) => agent.kill()));
    const names = lost.map(({ id }) => id);
    await until('the living have seen them go', async () => {
      const all = await Promise.all(living.map(({ agent }) => agent.status()));
      const peers = all.flatMap((status) => status.peers);
      return !peers.some(({ member, connected }) => connected && names.includes(member));
    });
  });
  afterAll(() => cleanup.run());

  const at = (index: number): HostNode => cluster.members[index] as HostNode;
  const add = async ({ node }: HostNode): Promise<string> =>
    addressOf(await node.cni('ADD', `c${containers++}`));
  const forget = ({ node }: HostNode, ...words: readonly string[]) =>
    node.cli('forget', ...words, '--unsafe');

  /** Prefixes of one use that a node has by its own register. */
  async function has({ agent }: HostNode, use: string): Promise<readonly string[]> {
    const { pools } = await agent.status();
    const holdings = pools.flatMap((each) => each.holdings);
    return holdings.filter((each) => each.use === use).map(({ prefix }) => prefix);
  }

  test('the living say what they wait for, and forget waits in vain', async () => {
    for (const { agent } of living) {
      const { waiting } = await agent.status();
      expect(waiting.map(({ code }) => code)).toContain('quorum');
    }
    const ordinary = await at(0).node.cli('forget', 'n3', '--yes', '--timeout', '5s');
    expect(ordinary).toMatchObject({ code: 1 });
    expect(ordinary.stderr).toContain('for 3 of the 4 guardians of its register');
  });

  test('nothing happens without a typed word, an authority, or all who are lost', async () => {
    const unasked = await forget(at(0), 'n3', 'n4', 'n5');
    expect(unasked).toMatchObject({ code: 2, stderr: expect.stringContaining('say --yes') });
    const stranger = await forget(at(1), 'n3', 'n4', 'n5', '--yes');
    expect(stranger).toMatchObject({ code: 1, stderr: expect.stringContaining('authority') });
    const two = await forget(at(0), 'n3', 'n4', '--yes');
    expect(two).toMatchObject({ code: 1, stderr: expect.stringContaining('cannot be reached') });
    const alive = await forget(at(0), 'n2', 'n3', 'n4', 'n5', '--yes');
    expect(alive).toMatchObject({ code: 1, stderr: expect.stringContaining('is connected') });
    for (const { id } of lost) {
      expect(ownersOf(await at(0).agent.map(), pool)).toContain(id);
    }
  });

  test('an authority that names all of them becomes their heir', async () => {
    const said = await forget(at(0), 'n3', 'n4', 'n5', '--yes');
    expect(said).toMatchObject({ code: 0 });
    const who = lost.map(({ name, id }) => `${name} (${id})`);
    expect(said.stderr).toContain(
      `Give up ${who.join(', ')} without a quorum of guardians: your word that all of this is off for good.`,
    );
    for (const each of who) expect(said.stdout).toContain(`${each} is forgotten: `);
    expect(said.stdout).toContain(`Heir: n1 (${at(0).id}).`);
    // Nobody knows any more which blocks were open: all that was theirs rests.
    const resting = await has(at(0), 'resting');
    const isResting = (block: string): boolean => resting.some((prefix) => isIn(block, prefix));
    expect(open.filter((block) => !isResting(block))).toEqual([]);
    const map = await untilOneMap(living);
    expect(ownersOf(map, pool).toSorted()).toEqual(living.map(({ id }) => id).toSorted());
  });

  test('the living write again, and what was in use comes back after its rest', async () => {
    await until('each keeps its own register', async () => {
      const all = await Promise.all(living.map(({ agent }) => agent.status()));
      return all.every(({ waiting }) => waiting.length === 0);
    });
    await Promise.all(living.map(add));
    const early: string[] = [];
    await until('the rest is over', async () => {
      const address = await add(at(0));
      const rests = (await has(at(0), 'resting')).length > 0;
      if (rests) early.push(address);
      return !rests;
    });
    expect(early.filter((address) => open.some((block) => isIn(`${address}/32`, block)))).toEqual(
      [],
    );
    const map = await untilOneMap(living);
    for (const prefix of open) expect(ownersOf(map, prefix)).toEqual([at(0).id]);
    const statuses = await Promise.all(living.map(({ agent }) => agent.status()));
    const holdings = statuses.flatMap(({ pools }) => pools.flatMap((each) => each.holdings));
    expect(holdings.reduce((sum, { size }) => sum + size, 0)).toBe(poolSize);
    await untilOwnedOnce(living);
    expect(statuses.flatMap(({ alarms }) => alarms)).toEqual([]);
  });

  test('one that runs again all the same closes its blocks and says why', async () => {
    const back = at(2);
    await back.start();
    const status = await until('it knows', async () => {
      const found = await back.agent.status();
      return found.state === 'quarantined' && found;
    });
    expect(status.alarms.map(({ code }) => code)).toContain('forgotten');
    expect((await back.node.cni('ADD', 'too-late', { waitMs: 0 })).ok).toBe(false);
    await untilOwnedOnce(living);
  });
});
