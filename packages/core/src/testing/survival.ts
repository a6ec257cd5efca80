/** Which losses guardians are documented to survive. */
import { guardianKey, quorumOf } from '../register/quorum.ts';
import type { Cluster } from './cluster.ts';
import type { SimNode } from './node.ts';

/** True when without this node's store a quorum of each set of guardians is left that has a value and trusts itself. */
export function canLose(cluster: Cluster, victim: SimNode): boolean {
  const left = cluster.nodes.filter((node) => node !== victim && !node.isGone);
  const byStore = new Map(
    left.map(({ member, disk }) => [guardianKey({ member, store: disk.storeId }), disk]),
  );
  return cluster.nodes.every(({ member }) =>
    cluster.registers.setsOf(member).every((set) => {
      const alive = set.members.filter((guardian) => {
        const disk = byStore.get(guardianKey(guardian));
        const register = `${member} ${set.epoch}`;
        // It may abstain as soon as it notices.
        if (cluster.wentBack.get(register) === guardianKey(guardian)) return false;
        const kept = disk?.acceptors.get(register);
        return kept?.accepted !== undefined && kept.abstains === undefined;
      });
      return alive.length >= quorumOf(set);
    }),
  );
}

/** Sets from this size on survive one guardian that went back in time without notice. */
const survivesOne = 4;

/**
 * True when this node's store may go back by so many writes: of each set of guardians that it is in it is the only
 * one to, none where it forgets something is too small for that, and a quorum is left where it notices and abstains.
 * Noted for all that it keeps, until that is kept by others.
 */
export function mayGoBack(cluster: Cluster, victim: SimNode, writes: number): boolean {
  const { member, disk } = victim;
  if (!canLose(cluster, victim)) return false;
  const key = guardianKey({ member, store: disk.storeId });
  if (disk.forgottenBy(writes).some(({ set }) => set.members.length < survivesOne)) return false;
  const kept = [...disk.acceptors.keys()];
  const isOne = (register: string): boolean => (cluster.wentBack.get(register) ?? key) === key;
  if (!kept.every(isOne)) return false;
  for (const register of kept) cluster.wentBack.set(register, key);
  return true;
}
