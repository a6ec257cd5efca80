// Situations for mutants that random runs do not tell from the original: a liar beside an honest process of the
// same member, an operator who is wrong, two disks that went back. Each says what is wrong, or nothing.
import type { SimNode } from '@hedgerow/core/testing';
import { cutFromHeir, cutFromOperator, nowAtBoth } from './forgetting.ts';
import { forgottenStop } from './forgottenStop.ts';
import { fencedFirst, givenBackAfterReclaim } from './givenBack.ts';
import {
  endedStart,
  openedUnnoted,
  selfKeptWentBack,
  unconfirmed,
  unknownStart,
} from './returning.ts';
import { at, clusterOf, forget, minute, separate, type Testing, wait } from './stage.ts';
import { acceptedThenGone, droppedUntold } from './untold.ts';

/** Forgotten by mistake, without containers: it may give no addresses once it has heard of it. */
function wronglyForgotten(all: Testing): string | undefined {
  const cluster = clusterOf(all, 5, 6);
  const victim = at(cluster, 2);
  for (const node of cluster.nodes) if (node !== victim) separate(cluster, victim, node);
  wait(cluster, 5_000);
  forget(cluster, victim, true);
  wait(cluster, minute);
  cluster.links.mendAll();
  wait(cluster, minute);
  for (let each = 0; each < 3; each += 1) victim.containers.add();
  wait(cluster, minute);
  return cluster.violation?.message;
}

/** What a forgotten member had committed rests at its heir for as long as it should. */
function blocksRest(all: Testing): string | undefined {
  const cluster = clusterOf(all, 6, 6);
  const dead = at(cluster, 3);
  const { holdings } = dead.disk.register.estate;
  const committed = holdings.filter(({ use }) => use === 'committed');
  if (committed.length === 0) return 'the situation does not come about: nothing is committed';
  all.bury(dead, 'die');
  wait(cluster, 5_000);
  forget(cluster, dead, false);
  wait(cluster, 2 * minute);
  const kept = at(cluster, 0).disk.register.estate.holdings;
  const early = committed.find(({ pool, prefix }) => {
    return !kept.some(
      (each) => each.pool === pool && each.prefix === prefix && each.use === 'resting',
    );
  });
  return early && `${early.prefix} of a forgotten member does not rest at its heir`;
}

/** A copy of a running machine: guardians do not listen to it while they hear the first one. */
function copyBeside(all: Testing): string | undefined {
  const cluster = clusterOf(all, 7, 6);
  const first = at(cluster, 1);
  const copy = cluster.place(first.signer, first.disk.copy());
  cluster.liars.add(first.member);
  cluster.tried.add('clone');
  copy.start();
  wait(cluster, 3 * minute);
  if (copy.state?.booted) return 'a copy of a node was believed while the node was heard';
  return undefined;
}

/** A copy takes over while the machine stands still: it must stop when it goes on. */
function copyTookOver(all: Testing): string | undefined {
  const cluster = clusterOf(all, 7, 6);
  const first = at(cluster, 1);
  const copy = cluster.place(first.signer, first.disk.copy());
  cluster.liars.add(first.member);
  cluster.tried.add('clone');
  for (const node of cluster.nodes) if (node !== first) separate(cluster, first, node);
  wait(cluster, minute);
  copy.start();
  wait(cluster, 3 * minute);
  if (!copy.state?.booted) return 'the situation does not come about: the copy did not start';
  copy.crash('test', false);
  wait(cluster, minute);
  cluster.links.mendAll();
  first.take({ type: 'wanted', pool: 'default' });
  wait(cluster, 3 * minute);
  if (first.state?.quarantined) return undefined;
  return 'a node goes on though another process of it has written to its register';
}

/** The version of an owner's register that a guardian has stored. */
function versionAt({ disk, cluster }: SimNode, owner: SimNode): number {
  const epoch = cluster.registers.setsOf(owner.member)[0]?.epoch;
  return disk.acceptors.get(`${owner.member} ${epoch}`)?.accepted?.cell.version ?? 0;
}

/** Two of four guardians went back in time and notice: they do not vote any more. */
function twoWentBack(all: Testing): string | undefined {
  const cluster = clusterOf(all, 3, 9);
  const owner = at(cluster, 0);
  const [set] = cluster.registers.setsOf(owner.member);
  const guardians = (set?.members ?? []).flatMap(({ member }) => cluster.nodesOf(member));
  const [late, gone, ...others] = guardians as [SimNode, SimNode, ...SimNode[]];
  const lengths = others.map(({ disk }) => disk.history.length);
  for (const node of others) {
    node.crash('test', false);
    node.start();
    wait(cluster, minute);
  }
  separate(cluster, owner, late);
  owner.take({ type: 'wanted', pool: 'default' });
  wait(cluster, 10_000);
  if (versionAt(gone, owner) <= versionAt(late, owner)) {
    return 'the situation does not come about: nothing was written';
  }
  for (const fault of ['restore', 'rollback']) cluster.tried.add(fault);
  for (const [index, node] of others.entries()) {
    node.crash('test', false);
    node.disk.rollBack(node.disk.history.length - (lengths[index] ?? 0));
    node.memory.forget();
    node.start();
  }
  wait(cluster, minute);
  for (const node of [owner, gone]) node.crash('test', false);
  cluster.links.mendAll();
  wait(cluster, 10_000);
  owner.start();
  wait(cluster, 10 * minute);
  return cluster.violation?.message;
}

/** One of the next guardians cannot store, then another is gone: nobody may have moved to the two before. */
function oneIsNotReady(all: Testing): string | undefined {
  const cluster = clusterOf(all, 8, 2);
  const late = cluster.addNode();
  late.start();
  cluster.tried.add('diskFull');
  const owner = at(cluster, 0);
  for (let ms = 0; ms < minute && !owner.replica?.members.has(late.member); ms += 1)
    wait(cluster, 1);
  late.disk.isFull = true;
  wait(cluster, 2 * minute);
  at(cluster, 1).crash('test', false);
  late.disk.isFull = false;
  wait(cluster, minute);
  const before = owner.disk.register.ballot.counter;
  owner.take({ type: 'wanted', pool: 'default' });
  wait(cluster, 5 * minute);
  if (owner.disk.register.ballot.counter > before) return cluster.violation?.message;
  return 'a register went to guardians of which one had not stored that it is one, and stands still';
}

/** By name. Where the original plays, nothing is wrong: a test sees to that. */
export const situations = {
  wronglyForgotten,
  cutFromOperator,
  cutFromHeir,
  nowAtBoth,
  blocksRest,
  copyBeside,
  copyTookOver,
  twoWentBack,
  oneIsNotReady,
  acceptedThenGone,
  unknownStart,
  selfKeptWentBack,
  unconfirmed,
  endedStart,
  openedUnnoted,
  givenBackAfterReclaim,
  fencedFirst,
  droppedUntold,
  forgottenStop,
};

/** Name of a situation. */
export type Situation = keyof typeof situations;
