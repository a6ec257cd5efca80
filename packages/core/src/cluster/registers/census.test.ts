import { describe, expect, test } from 'vitest';
import { Cluster } from '../../testing/cluster.ts';
import type { SimNode } from '../../testing/node.ts';

const minute = 60_000;

/** A cluster that has shared its space and given its registers to guardians. */
function grown(size: number, seed = 7): Cluster {
  const cluster = new Cluster(seed, size, {
    tuning: { heartbeatMs: 5_000, reclaimMs: 60 * minute, restMs: 10 * minute },
  });
  cluster.runUntil(2 * minute);
  expect(cluster.violation).toBeUndefined();
  return cluster;
}

function lose(cluster: Cluster, ...lost: readonly number[]): readonly SimNode[] {
  const nodes = lost.map((index) => cluster.nodes[index] as SimNode);
  for (const node of nodes) {
    node.crash('gone for good', false);
    node.isGone = true;
  }
  cluster.runUntil(cluster.nowMs + 10_000);
  return nodes;
}

function giveUp(cluster: Cluster, by: SimNode, lost: readonly SimNode[], now = false): void {
  const [member = '', ...others] = lost.map((node) => node.member);
  by.take({ type: 'forget', member, others, now, unsafe: true });
  cluster.runUntil(cluster.nowMs + 2 * minute);
}

/** Everybody's blocks, by the registers of those that live: each once, and by the view of one. */
function expectAllOwnedOnce(cluster: Cluster, living: readonly SimNode[]): void {
  const owners = new Map<number, string[]>();
  for (const node of living) {
    const { holdings, outbox } = node.disk.register.estate;
    const all = [...holdings, ...outbox.map(({ record }) => record.body)];
    for (const { pool, prefix } of all) {
      const { from, to } = cluster.space.range(pool, prefix);
      for (let block = from; block < to; block += 1) {
        owners.set(block, [...(owners.get(block) ?? []), `${node.name} ${prefix}`]);
      }
    }
  }
  for (let block = 0; block < cluster.space.blocks; block += 1) {
    expect(owners.get(block), cluster.space.prefixOf(block)).toHaveLength(1);
  }
  const members = living.map(({ member }) => member);
  for (const node of living) {
    expect(node.replica?.view.disputes()).toEqual([]);
    for (const pool of cluster.poolNames) {
      for (const piece of node.replica?.view.pieces(pool) ?? []) {
        expect(members, `${node.name} sees ${piece.prefix}`).toContain(piece.owner);
      }
    }
  }
}

describe('a census', () => {
  test('of a cluster of two gives the one that is left everything, resting', () => {
    const cluster = grown(2);
    const [first] = cluster.nodes as [SimNode];
    const lost = lose(cluster, 1);
    const owned = [...(first.replica?.view.ownedBy(lost[0]?.member ?? '') ?? [])];
    expect(owned.length).toBeGreaterThan(0);
    giveUp(cluster, first, lost);
    expect(first.forgotten).toMatchObject([{ outcome: 'done', heir: first.member }]);
    expectAllOwnedOnce(cluster, [first]);
    const resting = first.state?.register.value.estate.holdings.filter(
      ({ use }) => use === 'resting',
    );
    expect(resting?.length).toBeGreaterThan(0);
    cluster.runUntil(cluster.nowMs + 20 * minute);
    const uses = first.state?.register.value.estate.holdings.map(({ use }) => use);
    expect(uses).not.toContain('resting');
    expect(cluster.violation).toBeUndefined();
  });

  test('of five that lost three gives the two back their registers first', () => {
    const cluster = grown(5);
    const [first, second] = cluster.nodes as [SimNode, SimNode];
    expect(first.state?.register.desk?.proposer.set.members).toHaveLength(4);
    const lost = lose(cluster, 2, 3, 4);
    giveUp(cluster, first, lost);
    expect(first.forgotten.map(({ outcome, message }) => `${outcome}: ${message}`)).toEqual(
      Array(3).fill('done: this node has its addresses now'),
    );
    expectAllOwnedOnce(cluster, [first, second]);
    expect(cluster.violation).toBeUndefined();
  });
});
