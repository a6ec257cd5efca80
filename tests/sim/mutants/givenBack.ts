// A situation for a mutant around guardians that are lost: a register that is given back.
import type { Cluster, SimNode } from '@hedgerow/core/testing';
import { at, clusterOf, minute, separate, type Testing, wait } from './stage.ts';

/** An operator gives these up, at the first node, by a census. */
function giveUp(cluster: Cluster, lost: readonly SimNode[]): void {
  const [member = '', ...others] = lost.map((node) => node.member);
  for (const each of [member, ...others]) cluster.givenUp.members.add(each);
  cluster.tried.add('forgetUnsafe');
  at(cluster, 0).take({ type: 'forget', member, others, now: false, unsafe: true });
}

/** The living guardians of a node's register. */
function guardiansOf(cluster: Cluster, { member }: SimNode): readonly SimNode[] {
  const [set] = cluster.registers.setsOf(member);
  return (set?.members ?? []).flatMap((each) => cluster.nodesOf(each.member));
}

/**
 * A heir takes the reserve of a silent member, then it and other guardians die. The member gets its register back, as its
 * own disk has it, but for what the view gives to the heir.
 */
export function givenBackAfterReclaim(all: Testing): string | undefined {
  const cluster = clusterOf(all, 11, 7);
  for (const fault of ['dieBeyond', 'forget']) cluster.tried.add(fault);
  const silent = at(cluster, 3);
  const held = () => cluster.registers.of(silent.member)[0]?.holdings ?? [];
  const hasReserve = (): boolean => held().some(({ use }) => use === 'reserve');
  if (!hasReserve()) return 'the situation does not come about: it has no reserve';
  for (const node of cluster.nodes) if (node !== silent) separate(cluster, silent, node);
  for (let times = 0; times < 40 && hasReserve(); times += 1) wait(cluster, minute);
  if (hasReserve()) return 'the situation does not come about: nobody takes the reserve';
  const lost = guardiansOf(cluster, silent).filter((node) => node !== at(cluster, 0));
  const epoch = cluster.registers.setsOf(silent.member)[0]?.epoch ?? 0;
  for (const node of lost) all.bury(node, 'die');
  cluster.links.mendAll();
  wait(cluster, minute);
  giveUp(cluster, lost);
  wait(cluster, 5 * minute);
  if ((cluster.registers.setsOf(silent.member)[0]?.epoch ?? 0) <= epoch) {
    return 'the situation does not come about: it gets nothing back';
  }
  const others = held().find(({ pool, prefix }) => {
    return silent.replica?.view.lookup(pool, prefix)?.owner !== silent.member;
  });
  return others && `a member holds ${others.prefix}, which the view gives to another`;
}
