// Networks and pools in all combinations, through the plugin as it was built.

import { afterEach, beforeEach, expect, it } from 'vitest';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { addressOf, type CniAnswer, callCni } from '../support/cni.ts';
import { createHome, createNode, hedgerowIpam, type TestNode } from '../support/testNode.ts';

let cleanup: Cleanup;
let node: TestNode;
beforeEach(async () => {
  cleanup = createCleanup();
  node = await createNode(cleanup, createHome(cleanup), 'a');
  await node.init(
    'default=10.97.0.0/24,block=29',
    'six=fd97::/64,block=125',
    'more=10.98.0.0/24,block=29',
  );
  await node.start().untilReady();
});
afterEach(() => cleanup.run());

function call(
  verb: 'ADD' | 'DEL' | 'CHECK' | 'GC',
  container: string,
  network: string,
  pools: readonly string[],
  more: object = {},
): Promise<CniAnswer> {
  const ipam = { type: 'hedgerow-ipam', runDir: node.place.runDir, pools };
  const config = { cniVersion: '1.1.0', name: network, ipam, ...more };
  return callCni({ plugin: hedgerowIpam, verb, containerId: container, config });
}

function addressesOf({ answer }: CniAnswer): readonly string[] {
  return (answer?.ips ?? []).map(({ address }) => address.split('/')[0] ?? '');
}

it('several networks on one pool never give one address twice, and free only their own', async () => {
  const networks = ['red', 'green', 'blue'];
  const added = await Promise.all(
    networks.flatMap((network) =>
      Array.from({ length: 5 }, (_, at) => call('ADD', `pod-${at}`, network, ['default'])),
    ),
  );
  const given = added.map(addressOf);
  expect(new Set(given).size).toBe(15);
  // One container in three networks has three addresses, and each network its own.
  expect((await call('DEL', 'pod-0', 'green', ['default'])).ok).toBe(true);
  const red = await call('ADD', 'pod-0', 'red', ['default']);
  expect(red.answer).toMatchObject({
    code: 105,
    msg: expect.stringContaining(`already has ${given[0]}`),
  });
  const gc = { 'cni.dev/valid-attachments': [] };
  expect((await call('GC', '', 'green', ['default'], gc)).ok).toBe(true);
  const held = await node.json<readonly { network: string }[]>('addr', 'ls');
  expect(held.filter(({ network }) => network === 'red')).toHaveLength(5);
  expect(held.filter(({ network }) => network === 'blue')).toHaveLength(5);
});

it('one network on several pools gives one address of each, all or none', async () => {
  const pools = ['default', 'six', 'more'];
  const added = await call('ADD', 'pod', 'pods', pools);
  expect(addressesOf(added)).toEqual([
    expect.stringMatching(/^10\.97\./),
    expect.stringMatching(/^fd97:/),
    expect.stringMatching(/^10\.98\./),
  ]);
  expect(await call('ADD', 'pod', 'pods', pools)).toMatchObject({ answer: { code: 105 } });
  const check = { prevResult: added.answer };
  expect((await call('CHECK', 'pod', 'pods', pools, check)).ok).toBe(true);
  const unknown = await call('ADD', 'other', 'pods', [...pools, 'none']);
  expect(unknown).toMatchObject({ ok: false, answer: { code: 7 } });
  const wish = { runtimeConfig: { ips: ['10.97.0.1'] }, capabilities: { ips: true } };
  expect((await call('ADD', 'other', 'pods', pools, wish)).ok).toBe(false);
  expect(await node.json('addr', 'ls')).toHaveLength(3);
  expect((await call('DEL', 'pod', 'pods', [])).ok).toBe(true);
  expect(await node.json('addr', 'ls')).toEqual([]);
});

it('rest and round-robin are the pool’s: another network does not get a freed address at once', async () => {
  const first = addressOf(await call('ADD', 'pod', 'red', ['default']));
  expect((await call('DEL', 'pod', 'red', ['default'])).ok).toBe(true);
  for (let pod = 0; pod < 8; pod++) {
    expect(addressOf(await call('ADD', `pod-${pod}`, 'blue', ['default']))).not.toBe(first);
  }
});
