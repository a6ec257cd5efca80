/** Which losses guardians are documented to survive. */
import { guardianKey, quorumOf } from '../register/quorum.ts';
import type { Cluster } from './cluster.ts';
import type { SimNode } from './node.ts';

/** True when without this node's store a quorum of each set of guardians is still left. */
export function canLose(cluster: Cluster, victim: SimNode): boolean {
  const left = cluster.nodes.filter((node) => node !== victim && !node.isGone);
  const stores = new Set(
    left.map(({ member, disk }) => guardianKey({ member, store: disk.storeId })),
  );
  return cluster.nodes.every(({ member }) =>
    cluster.registers.setsOf(member).every((set) => {
      const alive = set.members.filter((guardian) => stores.has(guardianKey(guardian)));
      return alive.length >= quorumOf(set);
    }),
  );
}
