// How many guardians of four may go back in time without notice: one is survived, two are the documented limit,
// and what they do to a register is found.
import { allCheckers, Cluster, type SimNode } from '@hedgerow/core/testing';
import { describe, expect, it } from 'vitest';

const minute = 60_000;

/** The nodes that keep the register of a member. */
function guardiansOf(cluster: Cluster, owner: SimNode): readonly SimNode[] {
  const [set] = cluster.registers.setsOf(owner.member);
  return (set?.members ?? []).flatMap(({ member }) => cluster.nodesOf(member));
}

/** The version of an owner's register that a guardian has on its disk. */
function versionAt({ disk, cluster }: SimNode, owner: SimNode): number {
  const [set] = cluster.registers.setsOf(owner.member);
  return disk.acceptors.get(`${owner.member} ${set?.epoch}`)?.accepted?.cell.version ?? 0;
}

function separate(cluster: Cluster, one: SimNode, other: SimNode): void {
  cluster.links.cut(one, other);
  cluster.links.cut(other, one);
  cluster.links.disconnect(one, other);
}

/**
 * The owner's last write reaches three of its four guardians. Of these, so many go back to before it and one is gone;
 * the owner starts again and reads what is left.
 */
function play(rollbacks: number): Cluster {
  const cluster = new Cluster(3, 5, { checkers: allCheckers, tolerated: ['L1'] });
  cluster.runUntil(10 * minute);
  const owner = cluster.nodes[0] as SimNode;
  const guardians = guardiansOf(cluster, owner);
  expect(guardians).toHaveLength(4);
  const [late, gone, ...others] = guardians as [SimNode, SimNode, ...SimNode[]];
  separate(cluster, owner, late);
  const before = versionAt(gone, owner);
  owner.take({ type: 'wanted', pool: 'default' });
  cluster.runUntil(cluster.nowMs + 5_000);
  expect(versionAt(gone, owner)).toBeGreaterThan(before);
  owner.crash('test', false);
  gone.crash('test', false);
  for (const node of others.slice(0, rollbacks)) {
    node.crash('test', false);
    while (versionAt(node, owner) > before) node.disk.rollBack(1);
    node.memory.forget();
    node.start();
  }
  cluster.links.mendAll();
  for (const fault of ['restore', 'rollback']) cluster.tried.add(fault);
  cluster.runUntil(cluster.nowMs + 5 * minute);
  owner.start();
  cluster.runUntil(cluster.nowMs + 10 * minute);
  return cluster;
}

describe('guardians that go back in time without notice', () => {
  it('one of four harms nothing', () => {
    expect(play(1).violation).toBe(undefined);
  });

  it('two of four are one too many, and found', () => {
    const { violation } = play(2);
    expect(violation?.invariant).toBe('linearizable');
    expect(violation?.message).toContain('two values of version');
  });
});
