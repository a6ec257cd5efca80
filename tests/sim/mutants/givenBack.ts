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

/** Four machines that guard each other: none of them keeps a quorum when all are lost. The first is the one to look at. */
function closeCircle(cluster: Cluster): readonly SimNode[] {
  const others = cluster.nodes.slice(1);
  const choose = (from: number, chosen: readonly SimNode[]): readonly SimNode[] => {
    if (chosen.length === 4) {
      const within = (node: SimNode): number =>
        guardiansOf(cluster, node).filter((each) => chosen.includes(each)).length;
      return chosen.every((node) => within(node) >= 2) ? chosen : [];
    }
    for (let index = from; index < others.length; index += 1) {
      const found = choose(index + 1, [...chosen, others[index] as SimNode]);
      if (found.length > 0) return found;
    }
    return [];
  };
  return choose(0, []);
}

/**
 * Four machines are given up; a guardian of one of them answers the census amid a failing disk, and is killed. Then these
 * start among themselves: they may decide nothing.
 */
export function fencedFirst(all: Testing): string | undefined {
  const cluster = clusterOf(all, 13, 8);
  for (const fault of ['dieBeyond', 'writeError']) cluster.tried.add(fault);
  const lost = closeCircle(cluster);
  const [owner] = lost;
  const keepers = owner === undefined ? [] : guardiansOf(cluster, owner);
  const third = keepers.find((node) => node !== at(cluster, 0) && !lost.includes(node));
  if (owner === undefined || third === undefined) {
    return 'the situation does not come about: nobody guards the right ones';
  }
  for (const node of lost) node.crash('test', false);
  wait(cluster, 10_000);
  third.writeErrors = 0.6;
  giveUp(cluster, lost);
  for (let ms = 0; ms < 40_000 && third.isUp; ms += 1) {
    wait(cluster, 1);
    if (third.state?.censuses.answered?.isAnswered) third.crash('test', false);
  }
  if (third.isUp) return 'the situation does not come about: it does not answer';
  third.writeErrors = 0;
  const apart = [...lost, third];
  for (const node of apart) {
    for (const other of cluster.nodes) if (!apart.includes(other)) separate(cluster, node, other);
  }
  for (const node of apart) node.start();
  wait(cluster, 5 * minute);
  return owner.state?.booted
    ? 'a member writes again after its guardian answered a census'
    : undefined;
}
