// Situations for mutants around what an operator says of members that others hear, or whose blocks were resting.
import type { SimNode } from '@hedgerow/core/testing';
import { at, clusterOf, forget, minute, separate, type Testing, tuning, wait } from './stage.ts';

/** Only the operator's node does not hear a member: it is not forgotten, and goes on. */
export function cutFromOperator(all: Testing): string | undefined {
  const cluster = clusterOf(all, 5, 5);
  const victim = at(cluster, 2);
  separate(cluster, at(cluster, 0), victim);
  wait(cluster, 5_000);
  forget(cluster, victim, true);
  wait(cluster, minute);
  // What only the operator's node accepted is met as soon as that one is needed.
  cluster.links.mendAll();
  separate(cluster, at(cluster, 1), victim);
  victim.crash('read again', false);
  victim.start();
  wait(cluster, 2 * minute);
  if (victim.state?.quarantined) return 'a member was forgotten that its guardians hear';
  return cluster.violation?.message;
}

/** True when a node holds a piece that rests. */
function rests({ disk }: SimNode): boolean {
  return disk.register.estate.holdings.some(({ use }) => use === 'resting');
}

/** All but the heir hear a forgotten member: its blocks go on resting. */
export function cutFromHeir(all: Testing): string | undefined {
  const cluster = clusterOf(all, 5, 6);
  const [heir, victim] = [at(cluster, 0), at(cluster, 2)];
  for (const node of cluster.nodes) if (node !== victim) separate(cluster, node, victim);
  wait(cluster, 5_000);
  forget(cluster, victim, false);
  wait(cluster, minute);
  if (!rests(heir)) return 'the situation does not come about: nothing rests';
  for (const node of cluster.nodes) {
    if (node === heir || node === victim) continue;
    cluster.links.mend(node, victim);
    cluster.links.mend(victim, node);
  }
  wait(cluster, 4 * tuning.restMs);
  return rests(heir) ? undefined : 'the blocks of a forgotten member that is heard rest no more';
}

/** What rests at a member that is forgotten with --now rests on. */
export function nowAtBoth(all: Testing): string | undefined {
  const cluster = clusterOf(all, 6, 8);
  const [heir, dead] = [at(cluster, 4), at(cluster, 2)];
  all.bury(dead, 'die');
  wait(cluster, 5_000);
  heir.take({ type: 'forget', member: dead.member, now: false });
  wait(cluster, minute);
  if (!rests(heir)) return 'the situation does not come about: nothing rests';
  all.bury(heir, 'die');
  wait(cluster, 5_000);
  forget(cluster, heir, true);
  wait(cluster, minute);
  return rests(at(cluster, 0)) ? undefined : 'what was resting at a forgotten member rests no more';
}
