/** Machines that go on when they should be off, or come back. */
import { type Deed, nodeAt, rateOf } from '../deed.ts';
import type { SimNode } from '../node.ts';
import type { Random } from '../random.ts';

const draw = (random: Random): readonly number[] => [
  random.below(1024),
  Math.round(random.scaled(10, 120_000)),
  random.below(4),
  random.below(4),
];

/** True for a node that has nothing left to give: it was forgotten, has left, or is in quarantine. */
function hasEnded({ state }: SimNode): boolean {
  return state?.quarantined === true || state?.hasLeft === true;
}

/**
 * Nobody switches a machine off that was forgotten, has left or is in quarantine: its agent restarts over its run
 * directory, kept or wiped, and its runtime goes on starting containers.
 */
export const linger: Deed = {
  name: 'linger',
  hourly: rateOf('linger'),
  draw,
  play(cluster, [pick, downMs = 0, wipes, adds = 0]) {
    const node = nodeAt(cluster, pick);
    if (node.isGone || node.neglect.isLeftOn) {
      if (node.isGone || !node.isUp || !hasEnded(node)) return undefined;
    }
    node.neglect.isLeftOn = true;
    node.neglect.keepsContainers = true;
    if (!node.isUp || !hasEnded(node)) return `nobody will switch ${node.name} off`;
    node.crash('linger', false);
    if (wipes === 0) {
      cluster.tried.add('wipeRun');
      node.run.wipe();
      node.containers.isWiped = true;
    }
    for (let count = 0; count < adds; count += 1) node.containers.add();
    cluster.after(downMs, () => {
      node.start();
      for (let count = 0; count <= adds; count += 1) node.containers.add();
    });
    return `${node.name}, which has ended, restarts${wipes === 0 ? ' on an empty run directory' : ''}`;
  },
};

/** Somebody switches a machine on again that was taken for gone. Its disk is as it was; no container survived. */
export const revive: Deed = {
  name: 'revive',
  hourly: rateOf('revive'),
  draw,
  play(cluster, [pick, , , adds = 0]) {
    const off = cluster.nodes.filter(({ buriedBy }) => buriedBy !== undefined);
    const node = off[(pick ?? 0) % Math.max(1, off.length)];
    // A copy that ended is not switched on again: that would be another clone.
    if (node === undefined || cluster.nodesOf(node.member)[0] !== node) return undefined;
    node.buriedBy = undefined;
    node.isGone = false;
    node.isDead = false;
    node.neglect.isLeftOn = true;
    node.neglect.keepsContainers = true;
    cluster.returned.add(node.member);
    node.start();
    for (let count = 0; count <= adds; count += 1) node.containers.add();
    return `${node.name} is switched on again`;
  },
};
