/** Which losses guardians are documented to survive. */
import type { GuardianSet } from '../estate/types.ts';
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

/** Sets that may come next, and that the store has said to be ready for. */
function promised(cluster: Cluster, { disk }: SimNode, owner: string): readonly GuardianSet[] {
  const now = Math.max(0, ...cluster.registers.setsOf(owner).map(({ epoch }) => epoch));
  return [...disk.acceptors.values()].flatMap(({ owner: whose, set }) =>
    whose === owner && set.epoch > now ? [set] : [],
  );
}

/** Sets from this size on survive one guardian that went back in time without notice. */
const survivesOne = 4;

/**
 * True when this node's store may go back in time: of each set of guardians that it is in, it is the only one, and
 * a quorum is left should it notice and abstain. Noted, until those registers are kept by others.
 */
export function mayGoBack(cluster: Cluster, victim: SimNode): boolean {
  const { member, disk } = victim;
  if (!canLose(cluster, victim)) return false;
  const key = guardianKey({ member, store: disk.storeId });
  const touched: string[] = [];
  for (const { member: owner } of cluster.nodes) {
    for (const { epoch, members } of [
      ...cluster.registers.setsOf(owner),
      ...promised(cluster, victim, owner),
    ]) {
      if (!members.some((guardian) => guardianKey(guardian) === key)) continue;
      const other = cluster.wentBack.get(`${owner} ${epoch}`);
      if (members.length < survivesOne || (other !== undefined && other !== key)) return false;
      touched.push(`${owner} ${epoch}`);
    }
  }
  for (const each of touched) cluster.wentBack.set(each, key);
  return true;
}
