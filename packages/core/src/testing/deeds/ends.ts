/** Machines that are gone for good, and what operators say about them. */
import { type Deed, nodeAt, rateOf } from '../deed.ts';
import { canLose } from '../survival.ts';

/** Members of which registers are kept by others than their owner alone. */
const fewest = 3;

/**
 * A machine burns down, with its disk and its containers. Only while a quorum of every set of guardians is left:
 * without one a register waits for an operator's override.
 */
export const die: Deed = {
  name: 'die',
  hourly: rateOf('die'),
  draw: (random) => [random.below(1024)],
  play(cluster, [pick]) {
    const node = nodeAt(cluster, pick);
    const left = cluster.nodes.filter((each) => each !== node && !each.isGone);
    const isGuarded = cluster.registers.setsOf(node.member).length > 0;
    if (node.isGone || left.length < fewest || !isGuarded) return undefined;
    if (!canLose(cluster, node)) return undefined;
    node.crash('die', true);
    node.containers.reboot();
    node.isGone = true;
    node.isDead = true;
    return `${node.name} is gone for good`;
  },
};

/** An operator tells one node that a machine which is gone is gone. */
export const forget: Deed = {
  name: 'forget',
  hourly: rateOf('forget'),
  draw: (random) => [random.below(1024), random.below(1024), random.below(2)],
  play(cluster, [pick, which = 0, now]) {
    // A copy that ended is not the member that it was a copy of.
    const isOff = (member: string): boolean => cluster.nodesOf(member).every((each) => each.isDead);
    const dead = cluster.nodes.filter(({ isDead, member }) => isDead && isOff(member));
    const target = dead[which % Math.max(1, dead.length)];
    const node = nodeAt(cluster, pick);
    if (target === undefined || !node.isUp) return undefined;
    node.take({ type: 'forget', member: target.member, now: now === 1 });
    return `${node.name} is told that ${target.name} is gone`;
  },
};
