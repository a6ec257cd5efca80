import { expect, test } from 'vitest';
import { allCheckers } from '../../testing/checkers/all.ts';
import { Cluster } from '../../testing/cluster.ts';
import type { SimNode } from '../../testing/node.ts';
import { shownHoldings } from './report.ts';

const minute = 60_000;
const tuning = { heartbeatMs: 10_000, reclaimMs: 5 * minute, reserveBlocks: 1 };

function grown(size: number): Cluster {
  const cluster = new Cluster(3, size, { checkers: allCheckers, tuning });
  cluster.runUntil(2 * minute);
  return cluster;
}

function shown({ state, cluster }: SimNode): readonly string[] {
  const holdings = state === undefined ? [] : shownHoldings(state, cluster.nowMs);
  return holdings.map(({ prefix, use }) => `${prefix} ${use}`);
}

function decided({ cluster, member }: SimNode): readonly string[] {
  const holdings = cluster.registers.of(member).flatMap((estate) => estate.holdings);
  return holdings.map(({ prefix, use }) => `${prefix} ${use}`);
}

test('a start shows nothing as owned before its guardians said what it owns', () => {
  const cluster = grown(6);
  const node = cluster.nodes[2] as SimNode;
  const before = shown(node);
  node.crash('test', false);
  cluster.runUntil(cluster.nowMs + 20 * minute);
  expect(decided(node).filter((each) => each.endsWith(' reserve'))).toEqual([]);
  node.start();
  expect(node.disk.register.estate.holdings.map(({ use }) => use)).toContain('reserve');
  expect(shown(node)).toEqual([]);
  for (let step = 0; step < 10_000 && shown(node).length === 0; step += 1) {
    cluster.runUntil(cluster.nowMs + minute, cluster.steps + 1);
  }
  expect(shown(node)).toEqual(decided(node));
  expect(shown(node)).not.toEqual(before);
  expect(cluster.violation).toBe(undefined);
});

test('a start on a register that only its own disk has shows nothing before another member was heard', () => {
  const cluster = grown(2);
  const [other, node] = cluster.nodes as [SimNode, SimNode];
  const before = shown(node);
  expect(before).not.toEqual([]);
  for (const each of [other, node]) each.crash('test', false);
  node.start();
  cluster.runUntil(cluster.nowMs + minute);
  expect(shown(node)).toEqual([]);
  other.start();
  cluster.runUntil(cluster.nowMs + minute);
  expect(shown(node)).toEqual(expect.arrayContaining([...before]));
  expect(cluster.violation).toBe(undefined);
});
