/** Machines that are gone for good, and what operators say about them. */
import type { Cluster } from '../cluster.ts';
import { type Deed, nodeAt, rateOf } from '../deed.ts';
import type { SimNode } from '../node.ts';
import { bury } from '../response.ts';
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
    bury(node, 'die');
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
    const isCopied = cluster.nodesOf(node.member).filter(({ isGone }) => !isGone).length > 1;
    if (!node.isUp || node.isLeaving || isCopied) return undefined;
    if (node.state?.quarantined || livingBut(cluster, node) < fewest) return undefined;
    node.isLeaving = true;
    while (node.containers.running.length > 0) node.containers.del(0);
    node.take({ type: 'leave' });
    return `${node.name} is told to leave`;
  },
};

/** An operator tells a machine to leave, and leaves it to its containers when they end. */
export const leaveLive: Deed = {
  name: 'leaveLive',
  hourly: rateOf('leaveLive'),
  draw: (random) => [random.below(1024)],
  play(cluster, [pick]) {
    const node = nodeAt(cluster, pick);
    const isCopied = cluster.nodesOf(node.member).filter(({ isGone }) => !isGone).length > 1;
    if (!node.isUp || node.isLeaving || isCopied) return undefined;
    if (node.state?.quarantined || livingBut(cluster, node) < fewest) return undefined;
    node.isLeaving = true;
    node.neglect.keepsContainers = true;
    node.take({ type: 'leave' });
    return `${node.name} is told to leave, with ${node.containers.running.length} containers on it`;
  },
};

/** A machine burns down whatever that does to others; the authority and two more stay. */
export const dieBeyond: Deed = {
  name: 'dieBeyond',
  hourly: rateOf('dieBeyond'),
  draw: (random) => [random.below(1024)],
  play(cluster, [pick]) {
    const node = nodeAt(cluster, pick);
    const [authority] = cluster.nodes;
    if (node.isGone || node === authority || livingBut(cluster, node) < fewest - 1)
      return undefined;
    bury(node, 'dieBeyond');
    return `${node.name} is gone for good, and nobody asked what hangs on it`;
  },
};

/** An operator gives up, at the authority, all machines that are gone. Where a quorum is left it is refused. */
export const forgetUnsafe: Deed = {
  name: 'forgetUnsafe',
  hourly: rateOf('forgetUnsafe'),
  draw: (random) => [random.below(1024), random.below(2)],
  play(cluster, [pick = 0, now]) {
    const [authority] = cluster.nodes;
    const dead = cluster.nodes.filter(({ member }) => isOff(cluster, member));
    const named = [...new Set(dead.map(({ member }) => member))];
    const [member, ...others] =
      pick % 2 === 0 ? named : named.slice(pick % Math.max(1, named.length));
    if (authority?.isUp !== true || member === undefined) return undefined;
    for (const each of [member, ...others]) cluster.givenUp.members.add(each);
    authority.take({ type: 'forget', member, others, now: now === 1, unsafe: true });
    return `${authority.name} is told to give up ${[member, ...others].join(', ')}`;
  },
};

/** Every machine of it is off. A copy that ended is not the member that it was a copy of. */
function isOff(cluster: Cluster, member: string): boolean {
  return cluster.nodesOf(member).every((each) => each.isDead);
}

/** An operator tells one node that a machine which is gone is gone. */
export const forget: Deed = {
  name: 'forget',
  hourly: rateOf('forget'),
  draw: (random) => [random.below(1024), random.below(1024), random.below(2)],
  play(cluster, [pick, which = 0, now]) {
    const dead = cluster.nodes.filter(({ member }) => isOff(cluster, member));
    const target = dead[which % Math.max(1, dead.length)];
    const node = nodeAt(cluster, pick);
    if (target === undefined || !node.isUp) return undefined;
    node.take({ type: 'forget', member: target.member, now: now === 1 });
    return `${node.name} is told that ${target.name} is gone`;
  },
};

/**
 * An operator is wrong: the machine lives, and is only cut off from the node that is told so. Somebody switches it off
 * when it says that it was forgotten.
 */
export const wrongForget: Deed = {
  name: 'wrongForget',
  hourly: rateOf('wrongForget'),
  draw: (random) => [random.below(1024), random.below(1024), random.below(2)],
  play(cluster, [pick, which, now]) {
    const node = nodeAt(cluster, pick);
    const target = nodeAt(cluster, which);
    const { member } = target;
    if (!node.isUp || node.state?.quarantined || node.member === member) return undefined;
    if (node.state?.peers.get(member)?.connected !== false) return undefined;
    const isKnown = node.replica?.members.has(member) && !node.replica.registers.isGone(member);
    const isAlone = cluster.nodesOf(member).length === 1 && target.isUp && !target.isLeaving;
    if (!isKnown || !isAlone || livingBut(cluster, target) < fewest) return undefined;
    if (!canLose(cluster, target)) return undefined;
    cluster.wronglyForgotten.add(member);
    node.take({ type: 'forget', member, now: now === 1 });
    return `${node.name} is told that ${target.name} is gone, which lives`;
  },
};

/** Other members that are there and stay. */
function livingBut({ nodes }: Cluster, { member }: SimNode): number {
  const others = nodes.filter(({ isGone, isLeaving }) => !isGone && !isLeaving);
  return new Set(others.map((each) => each.member).filter((each) => each !== member)).size;
}
