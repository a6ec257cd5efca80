import { prefixOf } from '@hedgerow/core/address';
import { drainBlock } from '@hedgerow/core/claims';
import { describe, expect, test } from 'vitest';
import { type Answer, createTestNode, envOf, type TestNode } from '../testPort.ts';

const block = '10.244.0.4/30';

function config(more: object = {}, ipam: object = {}): object {
  return { cniVersion: '1.1.0', name: 'pods', ipam: { type: 'hedgerow-ipam', ...ipam }, ...more };
}

function call(node: TestNode, verb: string, more: object = {}, ipam: object = {}): Answer {
  return node.call({ CNI_COMMAND: verb }, config(more, ipam));
}

function nodeWith(...ids: readonly string[]): TestNode {
  const node = createTestNode(block);
  for (const id of ids) expect(node.call(envOf('ADD', id), config()).status).toBe(0);
  node.clock.passedMs += 60_001;
  node.writeAgent({});
  return node;
}

/** Container ids of the entries. */
function held(node: TestNode): readonly string[] {
  const lines = node.files.tree().filter((path) => path.includes('/blocks/'));
  return lines.flatMap((line) => / -> pods\/(.*):eth0$/.exec(line)?.[1] ?? []).sort();
}

describe.each(['GC', 'STATUS'])('%s', (verb) => {
  test.each(['0.3.0', '0.3.1', '0.4.0', '1.0.0'])('is no verb of %s', (cniVersion) => {
    const { answer } = call(nodeWith(), verb, { cniVersion, 'cni.dev/valid-attachments': [] });
    expect(answer?.code).toBe(1);
    expect(answer?.cniVersion).toBe(cniVersion);
  });

  test.each([1, 3])('refuses a run directory of another version: layout %i', (layout) => {
    const node = nodeWith();
    node.files.writeText('/run/hedgerow/agent.json', JSON.stringify({ layout }));
    expect(call(node, verb, { 'cni.dev/valid-attachments': [] }).answer?.code).toBe(102);
  });
});

describe('GC', () => {
  const listed = (...ids: readonly string[]) =>
    ids.map((containerID) => ({ containerID, ifname: 'eth0', more: 1 }));

  test('frees what is not listed, and nothing else', () => {
    const node = nodeWith('a', 'b', 'c');
    node.clock.passedMs -= 1;
    const valid = { 'cni.dev/valid-attachments': listed('b', 'unknown', '../..') };
    expect(call(node, 'GC', valid)).toEqual({ status: 0, answer: undefined, log: '' });
    expect(held(node)).toEqual(['a', 'b', 'c']);
    node.clock.passedMs += 1;
    expect(call(node, 'GC', { name: 'others', ...valid }).status).toBe(0);
    expect(held(node)).toEqual(['a', 'b', 'c']);
    expect(call(node, 'GC', valid).status).toBe(0);
    expect(held(node)).toEqual(['b']);
  });

  test.each([
    ['the older key', { 'cni.dev/attachments': listed('a') }, ['a']],
    [
      'both keys',
      { 'cni.dev/attachments': listed('a'), 'cni.dev/valid-attachments': listed('b') },
      ['a', 'b'],
    ],
    ['another interface', { 'cni.dev/valid-attachments': [{ containerID: 'a', ifname: 'x' }] }, []],
    ['null', { 'cni.dev/valid-attachments': null }, []],
    ['an empty list', { 'cni.dev/valid-attachments': [] }, []],
  ])('takes %s', (_, keys, left) => {
    const node = nodeWith('a', 'b', 'c');
    expect(call(node, 'GC', keys).status).toBe(0);
    expect(held(node)).toEqual(left);
  });

  test.each([
    {},
    ...['all', 7, {}, [null], ['a'], [{ containerID: 1, ifname: 'x' }], [{ ifname: 'x' }]].map(
      (list) => ({ 'cni.dev/valid-attachments': list }),
    ),
  ])('frees nothing and says why with %j', (keys) => {
    const node = nodeWith('a');
    const { status, answer } = call(node, 'GC', keys);
    expect([status, answer?.code]).toEqual([1, 7]);
    expect(held(node)).toEqual(['a']);
  });

  test('needs neither agent nor pools, and no run directory', () => {
    const node = nodeWith('a');
    node.files.unlink('/run/hedgerow/agent.json');
    const keys = { 'cni.dev/valid-attachments': [] };
    expect(call(node, 'GC', keys, { pools: 7 }).status).toBe(0);
    expect(held(node)).toEqual([]);
    expect(call(node, 'GC', keys, { runDir: '/run/nowhere' }).status).toBe(0);
  });

  test('goes on after an error and reports it', () => {
    const node = nodeWith('a', 'b', 'c');
    const failing = node.files.with({
      before({ name, path }) {
        if (name === 'unlink' && path.includes('/b:eth0/')) throw new Error('broken');
      },
    });
    const unlink = node.files.unlink;
    Object.assign(node.files, {
      unlink: (path: string) => {
        try {
          return failing.unlink(path);
        } catch {
          return 'EIO';
        }
      },
    });
    const { status, answer } = call(node, 'GC', { 'cni.dev/valid-attachments': [] });
    expect([status, answer?.code, answer?.details]).toEqual([
      1,
      5,
      'b:eth0: EIO; 2 others were freed',
    ]);
    Object.assign(node.files, { unlink });
    expect(call(node, 'GC', { 'cni.dev/valid-attachments': [] }).status).toBe(0);
    expect(node.files.tree().filter((path) => path.includes('/pods/'))).toEqual([]);
  });
});

describe('STATUS', () => {
  test('a node that gives addresses is ready, a full one too unless asked', () => {
    const node = nodeWith('a', 'b', 'c');
    expect(call(node, 'STATUS')).toEqual({ status: 0, answer: undefined, log: '' });
    expect(call(node, 'STATUS', {}, { reportFull: true }).status).toBe(0);
    node.call(envOf('ADD', 'd'), config());
    expect(call(node, 'STATUS').status).toBe(0);
    const full = call(node, 'STATUS', {}, { reportFull: true });
    expect(full.answer?.code).toBe(50);
    expect(full.answer?.msg).toBe('this node has no free address in pool default');
    expect(call(node, 'STATUS', {}, { reportFull: 1 }).answer?.code).toBe(7);
  });

  test.each([
    [
      'the agent was never started',
      (node: TestNode) => node.files.unlink('/run/hedgerow/agent.json'),
    ],
    ['the agent was up on another boot only', (node: TestNode) => node.writeAgent({ bootId: 'x' })],
    [
      'no block is open',
      (node: TestNode) => drainBlock(node.files, node.place, 'default', prefixOf(block)),
    ],
  ])('50 when %s', (_, spoil) => {
    const node = nodeWith();
    spoil(node);
    const { status, answer } = call(node, 'STATUS');
    expect([status, answer?.code]).toEqual([1, 50]);
  });

  test('50 without a run directory, and for a pool that an agent has yet to make', () => {
    const node = nodeWith();
    expect(call(node, 'STATUS', {}, { runDir: '/run/nowhere' }).answer?.code).toBe(50);
    expect(call(node, 'STATUS', {}, { pools: ['nope'] }).answer?.code).toBe(7);
    node.writeAgent({ wasReady: false, ready: false, reasons: ['waits for its peers'] });
    const early = call(node, 'STATUS', {}, { pools: ['nope'] }).answer;
    expect([early?.code, early?.details]).toEqual([50, 'waits for its peers']);
  });

  test('an agent that restarts or is down for a while changes nothing, until its blocks may be lost', () => {
    const node = nodeWith();
    node.writeAgent({ wasReady: false, ready: false, forgetRestMs: 3_600_000 });
    expect(call(node, 'STATUS').status).toBe(0);
    node.clock.passedMs += 1_799_999;
    expect(call(node, 'STATUS').status).toBe(0);
    node.clock.passedMs += 2;
    expect(call(node, 'STATUS').answer?.code).toBe(51);
    expect(node.call(envOf('ADD', 'c1'), config()).answer?.code).toBe(11);
  });
});
