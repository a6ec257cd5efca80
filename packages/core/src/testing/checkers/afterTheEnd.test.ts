import { describe, expect, it } from 'vitest';
import { Cluster } from '../cluster.ts';
import { defaultPools } from '../genesis.ts';
import type { SimNode } from '../node.ts';
import { allCheckers } from './all.ts';

const minute = 60_000;

/** Five nodes, one of which is cut off and forgotten, with an address that its heir gives out by now. */
function forgottenByMistake(): { cluster: Cluster; victim: SimNode; heir: SimNode } {
  const cluster = new Cluster(7, 5, {
    pools: defaultPools,
    checkers: allCheckers,
    tuning: { heartbeatMs: 5_000, reclaimMs: 10 * minute, restMs: minute },
  });
  cluster.runUntil(minute);
  const [heir, , victim] = cluster.nodes as [SimNode, SimNode, SimNode];
  for (const node of cluster.nodes) if (node !== victim) cutOff(cluster, node, victim);
  cluster.runUntil(cluster.nowMs + minute);
  cluster.tried.add('wrongForget');
  cluster.wronglyForgotten.add(victim.member);
  victim.neglect.isLeftOn = true;
  heir.take({ type: 'forget', member: victim.member, now: true });
  cluster.runUntil(cluster.nowMs + minute);
  return { cluster, victim, heir };
}

function cutOff({ links }: Cluster, one: SimNode, other: SimNode): void {
  links.cut(one, other);
  links.cut(other, one);
  links.disconnect(one, other);
}

/** An address that no container of the run has. */
function freeAddress({ space }: Cluster): number {
  return space.addressesOf(space.blocks - 1).at(-1) as number;
}

describe('a member that was given up while it lived', () => {
  it('is excused for an address that it gives out before it can know', () => {
    const { cluster, victim, heir } = forgottenByMistake();
    const address = freeAddress(cluster);
    cluster.claimed(victim, address);
    cluster.claimed(heir, address);
    expect(cluster.violation?.invariant).not.toBe('S1');
    expect(cluster.excused.get('S1')).toBe(1);
  });

  it('is not excused for one that it gives out once it knows, whether somebody has it or not', () => {
    const { cluster, victim } = forgottenByMistake();
    cluster.links.mendAll();
    cluster.runUntil(cluster.nowMs + 5 * minute);
    expect(victim.state?.quarantined).toBe(true);
    cluster.claimed(victim, freeAddress(cluster));
    expect(cluster.violation).toMatchObject({
      invariant: 'S1',
      message: expect.stringContaining('n2 gives out'),
    });
  });

  it('nor while its agent is down after that', () => {
    const { cluster, victim } = forgottenByMistake();
    cluster.links.mendAll();
    cluster.runUntil(cluster.nowMs + 5 * minute);
    victim.crash('test', false);
    cluster.claimed(victim, freeAddress(cluster));
    expect(cluster.violation?.invariant).toBe('S1');
  });

  it('excuses nobody else who has the same address', () => {
    const { cluster, victim, heir } = forgottenByMistake();
    const address = freeAddress(cluster);
    cluster.claimed(victim, address);
    cluster.claimed(heir, address);
    cluster.claimed(cluster.nodes[1] as SimNode, address);
    expect(cluster.violation).toMatchObject({ invariant: expect.stringMatching('S1|S4') });
  });
});
