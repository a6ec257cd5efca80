/** Machines that are gone for good, and what operators say about them. */
import { type Deed, nodeAt, rateOf } from '../deed.ts';
import { buried } from '../noted.ts';
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
    buried(node, 'die');
    return `${node.name} is gone for good`;
  },
};

/** An operator takes the containers off a machine and tells it to leave. It is switched off when it says that it has. */
export const leave: Deed = {
  name: 'leave',
  hourly: rateOf('leave'),
  draw: (random) => [random.below(1024)],
  play(cluster, [pick]) {
    const node = nodeAt(cluster, pick);
    const living = cluster.nodes.filter(({ isGone, isLeaving }) => !isGone && !isLeaving);
    const others = new Set(living.map(({ member }) => member));
    others.delete(node.member);
    const isCopied = cluster.nodesOf(node.member).filter(({ isGone }) => !isGone).length > 1;
    if (!node.isUp || node.isLeaving || isCopied || others.size < fewest) return undefined;
    if (node.state?.quarantined) return undefined;
    node.isLeaving = true;
    while (node.containers.running.length > 0) node.containers.del(0);
    node.take({ type: 'leave' });
    return `${node.name} is told to leave`;
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
