/**
 * What disks and copies do to nodes, kept within what the protocol is documented to survive: a long swarm must end
 * without a broken promise though these strike thousands of times. What they do beyond that is shown by scenarios.
 */
import type { Cluster } from '../cluster.ts';
import { type Deed, nodeAt, rateOf } from '../deed.ts';
import type { SimNode } from '../node.ts';
import { bury } from '../response.ts';
import { canLose, mayCopy, mayGoBackAgain } from '../survival.ts';
import { allDeeds } from './all.ts';

/** Machines of one cluster that are there at a time, at most. */
const mostLiving = 16;

/** Any earlier state since its first start, also of when it kept its register itself, if it knew others by then. */
const rollback: Deed = {
  name: 'rollback',
  hourly: rateOf('rollback'),
  draw: (random) => [random.below(1024), Math.round(random.scaled(1, 400))],
  play(cluster, [pick, writes = 1]) {
    const node = nodeAt(cluster, pick);
    const { disk } = node;
    const lost = Math.min(writes, disk.bootedWrites);
    const isGuarded = cluster.registers.setsOf(node.member).length > 0;
    if (!isGuarded || node.isGone || lost === 0 || !knewOthers(node, lost)) return undefined;
    if (lost > disk.guardedWrites && !isMoveKnown(node)) return undefined;
    if (!mayGoBackAgain(cluster, node, lost)) return undefined;
    backTo(node, 'rollback', lost);
    return `${node.name} restarts on the state of ${lost} writes ago`;
  },
};

/** True when that state names other members: the node asks them before it acts on what it has (R4). */
function knewOthers({ cluster, disk, signer, member }: SimNode, writes: number): boolean {
  if (writes <= disk.guardedWrites) return true;
  const replica = cluster.replicas.empty(signer, disk.storeId);
  for (const update of disk.updatesBefore(writes)) replica.receive(update);
  return [...replica.members.keys()].some((each) => each !== member);
}

/** True when all others have heard that guardians keep this register: one of them will say so at a start. */
function isMoveKnown({ cluster: { nodes }, member }: SimNode): boolean {
  const others = nodes.filter((each) => each.member !== member && !each.isGone);
  return others.every(({ replica }) => (replica?.registers.latest(member)?.epoch ?? 0) > 1);
}

function backTo(node: SimNode, name: string, writes: number): void {
  node.crash(name, false);
  node.disk.rollBack(writes);
  node.memory.forget();
  node.cluster.after(100, () => node.start());
}

/** Power fails, and the disk had confirmed its last writes too early. */
const lostWrite: Deed = {
  name: 'lostWrite',
  hourly: rateOf('lostWrite'),
  draw: (random) => [random.below(1024), 1 + random.below(3)],
  play(cluster, [pick, writes = 1]) {
    const node = nodeAt(cluster, pick);
    const lost = Math.min(writes, node.disk.guardedWrites);
    if (node.isGone || lost === 0 || !mayGoBackAgain(cluster, node, lost)) return undefined;
    node.containers.reboot();
    backTo(node, 'lostWrite', lost);
    return `power fails at ${node.name}, and its last ${lost} writes are lost`;
  },
};

/** As `restore` and `lostTail` of all deeds, as often as it is survived. */
function goBackGuarded(name: 'restore' | 'lostTail', most: number): Deed {
  return {
    name,
    hourly: rateOf(name),
    draw: (random) => [random.below(1024), Math.round(random.scaled(1, most))],
    play(cluster, [pick, writes = 1]) {
      const node = nodeAt(cluster, pick);
      const lost = Math.min(writes, node.disk.guardedWrites);
      if (node.isGone || lost === 0 || !mayGoBackAgain(cluster, node, lost)) return undefined;
      backTo(node, name, lost);
      return `${node.name} restarts on the state of ${lost} writes ago`;
    },
  };
}

/**
 * The database is lost, the key is not: the agent refuses to start (R7). Its containers stay until an operator
 * stops the machine, which then joins as a new member.
 */
const wipe: Deed = {
  name: 'wipe',
  hourly: rateOf('wipe'),
  draw: (random) => [random.below(1024), Math.round(random.scaled(10_000, 900_000))],
  play(cluster, [pick, stopsMs = 0]) {
    const node = nodeAt(cluster, pick);
    const lost = cluster.nodes.filter((each) => each.isGone && !each.isDead).length;
    const isGuarded = cluster.registers.setsOf(node.member).length > 0;
    const isTooMany = (lost + 1) * 3 > livingIn(cluster);
    if (node.isGone || isTooMany || !isGuarded || !canLose(cluster, node)) return undefined;
    node.crash('wipe', false);
    node.isGone = true;
    cluster.after(stopsMs, () => {
      node.containers.reboot();
      node.isDead = true;
      if (livingIn(cluster) < mostLiving) cluster.addNode().start();
    });
    return `${node.name} has lost its database and does not start again`;
  },
};

function livingIn({ nodes }: Cluster): number {
  return nodes.filter(({ isDead }) => !isDead).length;
}

/**
 * A copy of a whole machine runs beside it until an operator, who was told of it, ends the copy and starts the
 * node again. One copy at a time, and always of the same member: two that were copied may meet in a new set of guardians.
 */
const clone: Deed = {
  name: 'clone',
  hourly: rateOf('clone'),
  draw: (random) => [random.below(1024), Math.round(random.scaled(1_000, 600_000))],
  play(cluster, [pick, lastsMs = 0]) {
    const node = nodeAt(cluster, pick);
    const isCopied = cluster.nodesOf(node.member).filter(({ isGone }) => !isGone).length > 1;
    const others = cluster.nodes.filter(({ member }) => member !== node.member);
    const isSecond = others.some(({ member }) => cluster.nodesOf(member).length > 1);
    const isGuarded = cluster.registers.setsOf(node.member).length > 0;
    if (node.isGone || node.isLeaving || isCopied || isSecond || !isGuarded) return undefined;
    if (cluster.nodes.length >= mostNodes) return undefined;
    if (!mayCopy(cluster, node)) return undefined;
    const copy = cluster.place(node.signer, node.disk.copy());
    cluster.after(100, () => copy.start());
    cluster.after(lastsMs, () => {
      bury(copy, 'clone');
      node.crash('clone', false);
      // Peers that took one for the other notice the end of both first.
      cluster.after(5_000, () => node.start());
    });
    return `${copy.name} is a copy of ${node.name} for ${lastsMs} ms`;
  },
};

/** Nodes that a run may have had at its end, copies included. */
const mostNodes = 100;

const bounded: ReadonlyMap<string, Deed> = new Map(
  [
    rollback,
    lostWrite,
    goBackGuarded('restore', 100),
    goBackGuarded('lostTail', 3),
    wipe,
    clone,
  ].map((deed) => [deed.name, deed]),
);

/** All deeds, with those that are otherwise on only where a run asks for them kept within what is survived. */
export const survivableDeeds: readonly Deed[] = allDeeds.map(
  (deed) => bounded.get(deed.name) ?? deed,
);
