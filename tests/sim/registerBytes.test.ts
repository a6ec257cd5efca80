// What registers and their guardians cost does not grow with the cluster, nor a write with the past.
import type { Message, NodeState } from '@hedgerow/core/cluster';
import { encodeMessage, maxFrameBytes } from '@hedgerow/core/codec';
import { mostTraded } from '@hedgerow/core/estate';
import { Cluster, type SimNode } from '@hedgerow/core/testing';
import { expect, it } from 'vitest';
import { registerBytes } from '../../bench/registerBytes.ts';

it('a write is as long after trade with a thousand members as after none', () => {
  const [none, many] = [registerBytes(20, 0), registerBytes(20, 1000)];
  expect(many.ask).toBe(none.ask);
  expect(many.answer).toBe(none.answer);
  // Two counters of one member, with its id each.
  expect((many.value - none.value) / 1000).toBeLessThan(120);
});

it('a whole value fits into a message when its owner has dealt with as many members as it may', () => {
  expect(registerBytes(1000, mostTraded).seed).toBeLessThan(maxFrameBytes);
});

/** What is said about a node's register while it opens a block, in a cluster of this size. */
function opening(size: number): { readonly types: readonly string[]; readonly bytes: number } {
  const cluster = new Cluster(3, size, { tuning: { reclaimMs: 3_600_000, reserveBlocks: 1 } });
  cluster.runUntil(180_000);
  const owner = cluster.nodes[1] as SimNode;
  const said: Message[] = [];
  const { links } = cluster;
  const send = links.send.bind(links);
  links.send = (from, to, message) => {
    if (message.type === 'register' && message.ask.owner === owner.member) said.push(message);
    if (message.type === 'registerAnswer' && message.answer.owner === owner.member) {
      said.push(message);
    }
    send(from, to, message);
  };
  owner.take({ type: 'wanted', pool: 'default' });
  cluster.runUntil(cluster.nowMs + 2_000);
  expect(cluster.violation).toBe(undefined);
  const bytes = said.reduce((sum, message) => sum + encodeMessage(message).length, 0);
  return { types: said.map(({ type }) => type).sort(), bytes };
}

it('a write says as much in a large cluster as in a small one', () => {
  const [small, large] = [opening(5), opening(10)];
  const [asks, answers] = [Array(4).fill('register'), Array(4).fill('registerAnswer')];
  expect(small.types).toEqual([...asks, ...answers]);
  expect(large.types).toEqual(small.types);
  // Numbers that are larger take a byte more here and there.
  expect(large.bytes - small.bytes).toBeLessThan(8 * 8);
});

it('a register tells of members that its owner dealt with, and of no other', () => {
  const cluster = new Cluster(3, 10, { tuning: { reclaimMs: 3_600_000 } });
  cluster.runUntil(180_000);
  const dealtWith = cluster.nodes.map(({ state }) => {
    const { in: taken, out } = (state as NodeState).register.value.estate;
    return new Set([...Object.keys(taken), ...Object.keys(out)]).size;
  });
  // All are connected and know each other; most got what they have from one.
  expect(Math.min(...dealtWith)).toBeLessThan(4);
  expect(cluster.nodes.every(({ state }) => (state as NodeState).peers.size >= 9)).toBe(true);
});
