/** Which losses guardians are documented to survive. */
import { guardianKey, quorumOf } from '../register/quorum.ts';
import type { Cluster } from './cluster.ts';
import type { SimNode } from './node.ts';

/** True when without this node's store a quorum of each set of guardians is left that has a value. */
export function canLose(cluster: Cluster, victim: SimNode): boolean {
  const left = cluster.nodes.filter((node) => node !== victim && !node.isGone);
  const byStore = new Map(
    left.map(({ member, disk }) => [guardianKey({ member, store: disk.storeId }), disk]),
  );
  return cluster.nodes.every(({ member }) =>
    cluster.registers.setsOf(member).every((set) => {
      const alive = set.members.filter((guardian) => {
        const disk = byStore.get(guardianKey(guardian));
        return disk?.acceptors.get(`${member} ${set.epoch}`)?.accepted !== undefined;
      });
      return alive.length >= quorumOf(set);
    }),
  );
}

/** Sets from this size on survive one guardian that went back in time without notice. */
const survivesOne = 4;

/**
 * True when this node's store may go back by so many writes: of each set of guardians where it forgets something, an
 * earlier one or one to come included, it is the only one to; and a quorum is left should it notice and abstain.
 */
export function mayGoBack(cluster: Cluster, victim: SimNode, writes: number): boolean {
  const { member, disk } = victim;
  if (!canLose(cluster, victim)) return false;
  const key = guardianKey({ member, store: disk.storeId });
  const touched = disk.forgottenBy(writes);
  const isOne = ({ owner, set }: (typeof touched)[number]): boolean => {
    const other = cluster.wentBack.get(`${owner} ${set.epoch}`);
    return set.members.length >= survivesOne && (other === undefined || other === key);
  };
  if (!touched.every(isOne)) return false;
  for (const { owner, set } of touched) cluster.wentBack.set(`${owner} ${set.epoch}`, key);
  return true;
}
