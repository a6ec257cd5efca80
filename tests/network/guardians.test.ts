// Five agents keep each other's registers, each on a host of its own: crashes, snapshots, clones and goodbyes.

import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { AgentStatus } from '../support/agentProcess.ts';
import { createCleanup } from '../support/cleanup.ts';
import { addressOf } from '../support/cni.ts';
import {
  copyState,
  createHostCluster,
  type HostCluster,
  type HostNode,
  ownersOf,
  type Piece,
  piecesOf,
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

describe.skipIf(blocked)('five agents that keep the registers of each other', () => {
  const cleanup = createCleanup();
  let cluster: HostCluster;
  let living: readonly HostNode[];
  let snapshot: string;
  /** Who had what of the reserve of the one that died, once it was taken over. */
  let reclaimed: readonly Piece[];
  let containers = 0;

  beforeAll(async () => {
    cluster = await createHostCluster(cleanup, 5);
    living = cluster.members;
  });
  afterAll(() => cleanup.run());

  const at = (index: number): HostNode => cluster.members[index] as HostNode;
  const add = async ({ node }: HostNode): Promise<string> =>
    addressOf(await node.cni('ADD', `c${containers++}`));

  /** Prefixes of one use that a node has by its own register, sorted. */
  async function has({ agent }: HostNode, use: string): Promise<readonly string[]> {
    return prefixesOf(await agent.status(), use);
  }
  function prefixesOf({ pools }: AgentStatus, use: string): readonly string[] {
    const holdings = pools.flatMap((pool) => pool.holdings);
    return holdings
      .filter((each) => each.use === use)
      .map(({ prefix }) => prefix)
      .sort();
  }
  /** All who live are guarded by as many as there should be, and by nobody else. */
  async function untilGuarded(count: number, quorum: number): Promise<void> {
    const ids = living.map(({ id }) => id);
    await until(`all have ${count} guardians`, async () => {
      const all = await Promise.all(living.map(({ agent }) => agent.status()));
      return all.every(({ guardians: { members, quorum: needed, reachable } }) => {
        const isFull = members.length === count && needed === quorum && reachable === count;
        return isFull && members.every((member) => ids.includes(member));
      });
    });
  }
  /** Nothing is owned twice, and all maps say the same. */
  async function expectAgreement(): Promise<void> {
    await untilOneMap(living);
    await untilOwnedOnce(living);
  }

  test('each is guarded by the four others', async () => {
    await untilGuarded(4, 3);
    // While only four nodes were known, each was a guardian of its own.
    await until('nobody guards itself', async () => {
      const own = living.map(async ({ id, agent }) =>
        (await agent.status()).guardians.members.includes(id),
      );
      return !(await Promise.all(own)).includes(true);
    });
    await untilGuarded(4, 3);
    await expectAgreement();
  });

  test('one that stops cleanly is believed at once', async () => {
    const node = at(4);
    await node.agent.stop();
    snapshot = join(cluster.home, 'snapshot');
    await copyState(node.node.place.stateDir, snapshot);
    await node.start();
    await node.agent.untilReady();
    await expectAgreement();
  });

  test('one that was killed comes back once its guardians believe it, with what it had', async () => {
    const node = at(1);
    const before = await has(node, 'committed');
    const address = await add(node);
    await node.agent.kill();
    await node.start();
    await node.agent.untilReady();
    expect(await has(node, 'committed')).toEqual(expect.arrayContaining([...before]));
    expect(await add(node)).not.toBe(address);
    await expectAgreement();
  });

  test('when all lose power at once everything comes back by itself', async () => {
    const before = await Promise.all(living.map((each) => has(each, 'committed')));
    await Promise.all(living.map(({ agent }) => agent.kill()));
    await Promise.all(living.map((each) => each.start()));
    await Promise.all(living.map(({ agent }) => agent.untilReady()));
    for (const [index, each] of living.entries()) {
      const blocks = before[index] as readonly string[];
      expect(await has(each, 'committed')).toEqual(expect.arrayContaining([...blocks]));
    }
    await untilGuarded(4, 3);
    await expectAgreement();
  });

  test('a clone does not become ready while the original is heard, and says so', async () => {
    const original = at(3);
    const clone = await cluster.addHost();
    await copyState(original.node.place.stateDir, clone.node.place.stateDir);
    await clone.start();
    const { alarms } = await until('the original hears of it', async () => {
      const found = await original.agent.status();
      return found.alarms.length > 0 && found;
    });
    expect(alarms).toMatchObject([{ code: 'clone' }]);
    const status = await until('the clone says what it is', async () => {
      const found = await clone.agent.status();
      return found.waiting.some(({ message }) => message.includes('is a copy')) && found;
    });
    expect(status.state).toBe('joining');
    expect((await clone.node.cni('ADD', 'on-the-clone', { waitMs: 0 })).ok).toBe(false);
    await clone.agent.kill();
    expect(await add(original)).toBeTruthy();
    await expectAgreement();
  });

  test('the reserve of one that died comes back; what it had committed stays', async () => {
    const dead = at(4);
    const status = await dead.agent.status();
    const [committed, reserve] = [prefixesOf(status, 'committed'), prefixesOf(status, 'reserve')];
    expect([committed.length > 0, reserve.length > 0]).toEqual([true, true]);
    await dead.agent.kill();
    living = living.filter((each) => each !== dead);
    await until('its reserve belongs to others', async () => {
      const map = await at(0).agent.map();
      return reserve.every((prefix) => !ownersOf(map, prefix).includes(dead.id));
    });
    const map = await untilOneMap(living);
    for (const prefix of committed) expect(ownersOf(map, prefix)).toEqual([dead.id]);
    reclaimed = reserve.flatMap((prefix) => piecesOf(map, prefix));
    await expectAgreement();
  });

  test('it returns from a snapshot of its disk and has what its guardians say', async () => {
    const back = at(4);
    // Not the one that leaves below: its blocks must be empty then.
    const writers = living.filter((each) => each !== at(2));
    const epochs = await Promise.all(writers.map(epochOf));
    rmSync(back.node.place.stateDir, { recursive: true });
    await copyState(snapshot, back.node.place.stateDir);
    await back.start();
    const status = await back.agent.untilReady();
    living = [...living, back];
    expect(status.alarms).toMatchObject([{ code: 'abstains' }]);
    expect(staleOf(status)).toEqual([]);
    await expectAgreement();
    // What it kept for others went back in time too: they begin new epochs, at their next writes at the latest.
    await until('its part as a guardian has begun anew', async () => {
      for (const each of writers) await add(each);
      const now = await Promise.all(writers.map(epochOf));
      return epochs.every((epoch, index) => epoch < (now[index] as number));
    });
    await untilGuarded(4, 3);
  });

  /**
   * What it has although others had taken it over. It asks for space as soon as it is ready, and the heir may give it
   * the very prefix that it had: what was given again has a later version than the heir's.
   */
  function staleOf({ pools }: AgentStatus): readonly string[] {
    const holdings = pools.flatMap((pool) => pool.holdings);
    const isStale = ({ prefix, version }: (typeof holdings)[number]): boolean =>
      reclaimed.some(
        (piece) =>
          piecesOf({ pools: [{ pieces: [piece] }] }, prefix).length > 0 && version <= piece.version,
      );
    return holdings.filter(isStale).map(({ prefix, version }) => `${prefix} @${version}`);
  }

  async function epochOf({ agent }: HostNode): Promise<number> {
    return (await agent.status()).guardians.epoch;
  }

  test('forget brings the rest, which rests before anybody gets it', async () => {
    const [heir, dead] = [at(0), at(4)];
    const rest = await has(dead, 'committed');
    await dead.agent.kill();
    living = living.filter((each) => each !== dead);
    await until('the heir has seen it go', async () => {
      const { peers } = await heir.agent.status();
      return peers.some(({ member, connected }) => member === dead.id && !connected);
    });
    const forgotten = await heir.node.cli('forget', dead.name, '--yes');
    expect(forgotten).toMatchObject({ code: 0, stdout: expect.stringContaining('is forgotten') });
    expect(await has(heir, 'resting')).toEqual(rest);
    const early = new Set<string>();
    for (;;) {
      const address = await add(heir);
      if ((await has(heir, 'resting')).length === 0) break;
      early.add(address);
      await sleep(100);
    }
    const block = rest[0] as string;
    for (const address of early) expect(ownersOf(mapOf(rest), `${address}/32`)).toEqual([]);
    expect(await heirs(block)).toEqual([heir.id]);
    await untilGuarded(4, 3);
    await until('the others count it out and wait for nothing', async () => {
      const { peers, waiting } = await at(1).agent.status();
      return waiting.length === 0 && !peers.some(({ name }) => name === dead.name);
    });
    await expectAgreement();
  });

  async function heirs(prefix: string): Promise<readonly string[]> {
    return ownersOf(await at(1).agent.map(), prefix);
  }
  function mapOf(prefixes: readonly string[]) {
    const pieces = prefixes.map((prefix) => ({
      prefix,
      version: 1,
      owner: 'rest',
      disputed: false,
    }));
    return { pools: [{ pieces }] };
  }

  test('leave hands everything over while others write, and leaves nobody without guardians', async () => {
    const leaver = at(2);
    living = living.filter((each) => each !== leaver);
    const writing = living.map(async (each) => {
      for (let count = 0; count < 20; count++) await add(each);
    });
    const [left] = await Promise.all([leaver.node.cli('leave'), ...writing]);
    expect(left).toMatchObject({ code: 0 });
    expect(await leaver.agent.ended).toBe(0);
    await untilGuarded(3, 2);
    const map = await untilOneMap(living);
    expect(ownersOf(map, '10.244.0.0/20')).not.toContain(leaver.id);
    await expectAgreement();
  });
});
