import { prefixOf } from '@hedgerow/core/address';
import { drainBlock } from '@hedgerow/core/claims';
import { describe, expect, test } from 'vitest';
import { type Answer, createTestNode, envOf, type TestNode } from '../testPort.ts';

const ipv4Block = '10.244.0.4/30';
const ipv6Block = 'fd00::4/126';

function config(ipam: object = {}, more: object = {}): object {
  return { cniVersion: '1.0.0', name: 'pods', ipam: { type: 'hedgerow-ipam', ...ipam }, ...more };
}

function add(node: TestNode, id: string, ipam: object = {}, more: object = {}): Answer {
  return node.call(envOf('ADD', id), config(ipam, more));
}

function del(node: TestNode, id: string): Answer {
  return node.call(envOf('DEL', id), config());
}

function ips(answer: Answer): readonly string[] {
  expect(answer.answer).toHaveProperty('ips');
  const list = answer.answer?.ips as readonly { readonly address: string }[];
  return list.map(({ address }) => address);
}

describe('ADD', () => {
  test('answers addresses, routes and dns, and no interfaces', () => {
    const node = createTestNode(ipv4Block);
    const routes = [
      { dst: '0.0.0.0/0' },
      { dst: '::/0' },
      { dst: '10.1.0.0/16', gw: '10.244.0.9' },
    ];
    const dns = { nameservers: ['10.0.0.10'], search: ['cluster.local'] };
    const { status, answer } = add(node, 'c1', { routes, dns });
    expect(status).toBe(0);
    expect(answer).toEqual({
      cniVersion: '1.0.0',
      ips: [{ address: '10.244.0.4/16', gateway: '10.244.0.1' }],
      // The route of a family without an address would have no gateway.
      routes: [routes[0], routes[2]],
      dns,
    });
  });

  test.each(['0.3.0', '0.3.1', '0.4.0'])('says the IP version in %s', (cniVersion) => {
    const node = createTestNode(ipv4Block, ipv6Block);
    const { answer } = add(node, 'c1', { pools: ['default', 'six'] }, { cniVersion });
    expect(answer).toEqual({
      cniVersion,
      ips: [
        { version: '4', address: '10.244.0.4/16', gateway: '10.244.0.1' },
        { version: '6', address: 'fd00::4/64', gateway: 'fd00::1' },
      ],
      routes: [],
      dns: {},
    });
  });

  test('keeps the fields of a route that 1.1.0 has, and only then', () => {
    const node = createTestNode(ipv4Block);
    const routes = [{ dst: '0.0.0.0/0', mtu: 1400, priority: 10 }];
    expect(add(node, 'c1', { routes }, { cniVersion: '1.1.0' }).answer?.routes).toEqual(routes);
    expect(add(node, 'c2', { routes }).answer?.routes).toEqual([{ dst: '0.0.0.0/0' }]);
  });

  test('repeated for a container that has its addresses, is refused: it says which, and frees none', () => {
    const node = createTestNode(ipv4Block, ipv6Block);
    const first = add(node, 'c1', { pools: ['six', 'default'] });
    expect(ips(first)).toEqual(['fd00::4/64', '10.244.0.4/16']);
    const before = node.files.tree();
    for (const pools of [['six', 'default'], ['default']]) {
      expect(add(node, 'c1', { pools })).toMatchObject({
        status: 1,
        answer: {
          code: 105,
          msg: expect.stringMatching(/c1:eth0 already has .*10\.244\.0\.4 of pool default/),
          details: expect.stringContaining('DEL first'),
        },
      });
    }
    expect(node.files.tree()).toEqual(before);
  });

  test('with a gateway of its own leaves that address alone; with none gives none', () => {
    const node = createTestNode(ipv4Block);
    const own = add(node, 'c1', { gateway: '10.244.0.4' });
    expect(own.answer?.ips).toEqual([{ address: '10.244.0.5/16', gateway: '10.244.0.4' }]);
    const none = add(node, 'c2', { gateway: 'none' });
    expect(none.answer?.ips).toEqual([{ address: '10.244.0.6/16' }]);
  });

  test('with a subnet for each block answers that subnet', () => {
    const node = createTestNode('10.9.0.8/29');
    const { answer } = add(node, 'c1', { pools: ['classic'] });
    expect(answer?.ips).toEqual([{ address: '10.9.0.10/29', gateway: '10.9.0.9' }]);
  });

  test('waits for a block, having left a wish', () => {
    const node = createTestNode();
    const wished: unknown[] = [];
    node.onSleep = () => {
      wished.push(node.files.readdir(`${node.place.boot}/wanted`));
      if (wished.length === 3) node.publish(ipv4Block);
    };
    expect(ips(add(node, 'c1'))).toEqual(['10.244.0.4/16']);
    expect(wished).toEqual([['default'], ['default'], ['default']]);
  });

  test('gives up after waitMs with code 11 and the reason that the agent left', () => {
    const node = createTestNode();
    const reason = 'pool exhausted: node-b has 3 blocks free, node-c none';
    node.writeAgent({ pools: { default: { reason } } });
    const start = node.clock.passedMs;
    const { status, answer, log } = add(node, 'c1', { waitMs: 700 });
    expect(status).toBe(1);
    expect(node.clock.passedMs - start).toBe(700);
    expect(answer).toMatchObject({ cniVersion: '1.0.0', code: 11, details: reason });
    expect(answer?.msg).toBe('no free address in pool default on this node');
    expect(log).toContain(reason);
  });

  test('says when addresses rest and when the agent is not running', () => {
    const node = createTestNode(ipv4Block);
    for (const id of ['a', 'b', 'c', 'd']) add(node, id);
    del(node, 'a');
    node.clock.passedMs += 20_000;
    const { answer } = add(node, 'e', { waitMs: 0 });
    expect(answer?.details).toMatch(
      /agent is not running.*1 freed addresses rest for another 10 s/,
    );
  });

  test('holds nothing of the first pool when the second is full', () => {
    const node = createTestNode(ipv4Block);
    const before = node.files.tree().filter((path) => !path.includes('/wanted/')).length;
    expect(add(node, 'c1', { pools: ['default', 'six'], waitMs: 0 }).answer?.code).toBe(11);
    const after = node.files.tree().filter((path) => /c1:|10\.244\.0\.4\//.test(path));
    expect(after).toEqual([]);
    expect(before).toBeGreaterThan(0);
  });

  test('refuses when the agent has been silent for half of the rest of forgotten blocks', () => {
    const node = createTestNode(ipv4Block);
    node.clock.passedMs += 12 * 3_600_000 + 1;
    expect(add(node, 'c1').answer).toMatchObject({
      code: 11,
      msg: 'the agent has not been heard for 43200 s',
    });
    node.writeAgent({});
    expect(add(node, 'c1').status).toBe(0);
  });

  test('needs an agent that was up on this boot', () => {
    const node = createTestNode(ipv4Block);
    node.writeAgent({ bootId: 'another0' });
    expect(add(node, 'c1').answer?.code).toBe(11);
    node.files.unlink('/run/hedgerow/agent.json');
    expect(add(node, 'c1').answer?.code).toBe(11);
  });
});

describe('requested addresses', () => {
  const ways: readonly (readonly [string, object, Readonly<Record<string, string>>])[] = [
    ['runtimeConfig.ips', { runtimeConfig: { ips: ['10.244.0.6/16'] } }, {}],
    ['args.cni.ips', { args: { cni: { ips: ['10.244.0.6'] } } }, {}],
    ['CNI_ARGS', {}, { CNI_ARGS: 'IgnoreUnknown=1;IP=10.244.0.6;K8S_POD_NAME=x' }],
    [
      'args before CNI_ARGS',
      { args: { cni: { ips: ['10.244.0.6'] } } },
      { CNI_ARGS: 'IP=10.244.0.7' },
    ],
  ];

  test.each(ways)('by %s are given', (_, more, env) => {
    const node = createTestNode(ipv4Block);
    expect(ips(node.call(envOf('ADD', 'c1', env), config({}, more)))).toEqual(['10.244.0.6/16']);
  });

  test.each([
    [['10.245.0.1'], 103, /outside the pools/],
    [['10.244.0.1'], 103, /gateway/],
    [['10.244.0.5', '10.244.0.6'], 103, /one address to an attachment/],
    [['10.244.0.4'], 103, /is taken/],
    [['10.244.99.4'], 103, /not open on this node/],
    [['10.244.0.06'], 7, /leading zero/],
    [['nonsense'], 7, /nonsense/],
  ])('%j are refused whole', (requested, code, why) => {
    const node = createTestNode(ipv4Block);
    add(node, 'other', {}, { runtimeConfig: { ips: ['10.244.0.4'] } });
    const { answer } = add(node, 'c1', {}, { runtimeConfig: { ips: requested } });
    expect(answer?.code).toBe(code);
    expect(`${answer?.msg} ${answer?.details}`).toMatch(
      code === 103 && why.source === 'other' ? /taken/ : why,
    );
    expect(node.files.tree().some((path) => path.includes('/c1:'))).toBe(false);
  });
});

describe('DEL', () => {
  test('frees, may be repeated, and prints nothing', () => {
    const node = createTestNode(ipv4Block);
    add(node, 'c1');
    for (let round = 0; round < 3; round++) {
      expect(del(node, 'c1')).toEqual({ status: 0, answer: undefined, log: '' });
    }
    expect(node.files.tree().some((path) => path.includes('c1:'))).toBe(false);
  });

  test('needs neither namespace nor result nor agent nor sound keys for ADD', () => {
    const node = createTestNode(ipv4Block);
    add(node, 'c1');
    node.files.unlink('/run/hedgerow/agent.json');
    node.files.unlink(`${node.place.boot}/pools/default/pool.json`);
    const env = { CNI_COMMAND: 'DEL', CNI_CONTAINERID: 'c1', CNI_IFNAME: 'eth0' };
    const broken = { pools: 'not a list', routes: 7, exclude: [1], waitMs: -1 };
    expect(node.call(env, config(broken, { prevResult: 5, args: 9 })).status).toBe(0);
    expect(node.files.tree().some((path) => path.includes('c1:'))).toBe(false);
  });

  test('goes by attachment, never by the address of the result', () => {
    const node = createTestNode(ipv4Block);
    add(node, 'c1');
    const prevResult = { cniVersion: '1.0.0', ips: [{ address: '10.244.0.4/16' }] };
    expect(node.call(envOf('DEL', 'c2'), config({}, { prevResult })).status).toBe(0);
    expect(add(node, 'c1').answer).toMatchObject({ code: 105 });
  });

  test('frees in a draining block', () => {
    const node = createTestNode(ipv4Block);
    add(node, 'c1');
    drainBlock(node.files, node.place, 'default', prefixOf(ipv4Block));
    expect(del(node, 'c1').status).toBe(0);
    expect(node.files.tree().some((path) => path.includes('10.244.0.4/'))).toBe(false);
  });

  test('succeeds where there is no run directory, and where this boot has none', () => {
    const node = createTestNode();
    expect(node.call(envOf('DEL'), config({ runDir: '/nowhere' })).status).toBe(0);
    node.files.mkdir('/empty');
    expect(node.call(envOf('DEL'), config({ runDir: '/empty' })).status).toBe(0);
  });
});

describe('CHECK', () => {
  const ours = { ips: [{ address: '10.244.0.4/16' }, { address: '192.0.2.7/24' }] };

  test.each([
    ['what is held, and addresses of others', ours, 0],
    ['none of ours', { ips: [{ address: '192.0.2.7/24' }] }, 104],
    ['another of the pool besides', { ips: [...ours.ips, { address: '10.244.0.5/16' }] }, 104],
    ['no result at all', undefined, 7],
    ['a result of a wrong type', 'text', 7],
    ['addresses that are none', { ips: [{ address: 'x' }] }, 7],
  ])('with %s', (_, prevResult, code) => {
    const node = createTestNode(ipv4Block);
    add(node, 'c1');
    const { status, answer } = node.call(envOf('CHECK'), config({}, { prevResult }));
    expect(answer?.code ?? 0).toBe(code);
    expect(status).toBe(code === 0 ? 0 : 1);
  });

  test('of an attachment that holds nothing fails', () => {
    const node = createTestNode(ipv4Block);
    const { answer } = node.call(envOf('CHECK'), config({}, { prevResult: ours }));
    expect(answer).toMatchObject({ code: 104, details: 'it holds no address of pool default' });
  });
});
