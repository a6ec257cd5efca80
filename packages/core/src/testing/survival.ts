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
