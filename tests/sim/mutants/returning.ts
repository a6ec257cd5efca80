// Situations for mutants around what a machine finds that starts again: its disk, its run directory, and others who know more.
import type { SimNode } from '@hedgerow/core/testing';
import { nightlyRun } from '../report/nightlyMix.ts';
import { at, clusterOf, forget, minute, separate, type Testing, wait } from './stage.ts';

/** Goes back to the state of so many writes ago, and starts. */
function goBack(node: SimNode, writes: number): void {
  node.crash('test', false);
  node.disk.rollBack(writes);
  node.memory.forget();
  node.start();
}

/** A guardian restarts on a disk that knows nothing of its last start: it keeps no registers any more. */
export function unknownStart(all: Testing): string | undefined {
  const cluster = clusterOf(all, 4, 6);
  for (const fault of ['restore', 'rollback']) cluster.tried.add(fault);
  const node = at(cluster, 2);
  const length = node.disk.history.length;
  for (let times = 0; times < 2; times += 1) {
    node.crash('test', false);
    node.start();
    wait(cluster, minute);
  }
  node.crash('test', false);
  node.disk.rollBack(node.disk.history.length - length);
  node.memory.forget();
  const had = [...node.disk.acceptors].filter(([, { accepted }]) => accepted !== undefined);
  node.start();
  wait(cluster, 2 * minute);
  if (!node.alarms.some(({ code }) => code === 'abstains')) {
    return 'the situation does not come about: no unknown start was found';
  }
  const guards = had.some(([key]) => node.disk.acceptors.get(key)?.abstains === undefined);
  return guards ? 'a store that went back in time goes on guarding' : undefined;
}

/** Two members, each of which keeps its own register: one goes back to before it gave, and the other tells it so. */
export function selfKeptWentBack(all: Testing): string | undefined {
  const cluster = clusterOf(all, 5, 2);
  cluster.tried.add('rollback');
  const [one] = cluster.nodes as [SimNode];
  cluster.liars.add(one.member);
  const first = one.disk.history.findIndex(({ register }) => register.estate.bootNonce !== '');
  const back = one.disk.history.length - 1 - first;
  if (Object.keys(one.disk.register.estate.out).length === 0) {
    return 'the situation does not come about: nothing was given';
  }
  goBack(one, back);
  wait(cluster, 2 * minute);
  return one.state?.quarantined
    ? undefined
    : 'a node goes on with a register that went back in time';
}

/** A disk goes back to when its node kept its register itself, and an acknowledgement comes before any greeting. */
export function unconfirmed({ simulate, survivableDeeds }: Testing): string | undefined {
  const { script, options } = nightlyRun(190_000_358);
  const { violation } = simulate(script, { ...options, deeds: survivableDeeds, untilMs: 700_000 });
  return violation?.message;
}

/** Forgotten while its agent was down, it starts where it hears nobody, and knows of its end by its own set. */
export function endedStart(all: Testing): string | undefined {
  const cluster = clusterOf(all, 5, 6);
  const victim = at(cluster, 2);
  for (const node of cluster.nodes) if (node !== victim) separate(cluster, victim, node);
  wait(cluster, 5_000);
  victim.crash('test', false);
  cluster.wronglyForgotten.add(victim.member);
  forget(cluster, victim, true);
  wait(cluster, minute);
  // The set reached its disk with the last breath of a start that was killed before it did anything else.
  victim.disk.updates = [...at(cluster, 0).disk.updates];
  victim.disk.flushed = victim.disk.updates.length;
  victim.memory.forget();
  victim.neglect.isLeftOn = true;
  victim.start();
  wait(cluster, 5_000);
  if (victim.replica?.registers.isGone(victim.member) !== true) {
    return 'the situation does not come about: it knows nothing of its end';
  }
  for (let each = 0; each < 3; each += 1) victim.containers.add();
  wait(cluster, minute);
  return cluster.violation?.message;
}

/** The disk is full when a block is to be opened, and somebody empties the run directory then. */
export function openedUnnoted(all: Testing): string | undefined {
  const cluster = clusterOf(all, 6, 1);
  for (const fault of ['diskFull', 'wipeRun', 'reboot']) cluster.tried.add(fault);
  const [node] = cluster.nodes as [SimNode];
  node.crash('test', false);
  node.containers.reboot();
  node.start();
  // Once it has booted nothing but notes is to be written.
  for (let ms = 0; ms < minute && node.state?.booted !== true; ms += 1) wait(cluster, 1);
  node.disk.isFull = true;
  for (let each = 0; each < 3; each += 1) node.containers.add();
  wait(cluster, 3_000);
  node.run.wipe();
  node.containers.isWiped = true;
  node.disk.isFull = false;
  node.crash('test', false);
  node.start();
  wait(cluster, minute);
  // A search goes on from where the last one ended: a block is given whole before it begins anew.
  for (let each = 0; each < 80; each += 1) node.containers.add();
  wait(cluster, minute);
  return cluster.violation?.message;
}
