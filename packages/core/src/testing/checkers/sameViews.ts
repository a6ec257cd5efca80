/** S7: replicas with the same records have the same view, byte for byte, whatever the order of arrival. */
import { equalBytes } from '../../crypto/index.ts';
import { setText } from '../../register/quorum.ts';
import type { Replica } from '../../replica/types.ts';
import type { Checker } from '../types.ts';

/** Compares nodes with equal hashes: some on the way, all at the end. */
export function sameViews(): Checker {
  let steps = 0;
  const differs = (one: Replica, other: Replica): boolean =>
    one.hash() === other.hash() &&
    (membersOf(one) !== membersOf(other) ||
      !equalBytes(one.view.canonicalBytes(), other.view.canonicalBytes()));
  return {
    invariant: 'S7',
    says: 'replicas with the same records have the same view',
    stepped(node) {
      steps += 1;
      if (steps % 4096 !== 0) return undefined;
      const { nodes } = node.cluster;
      const other = nodes[(steps / 4096) % nodes.length]?.replica;
      if (other === undefined || node.replica === undefined || !differs(node.replica, other)) {
        return undefined;
      }
      return `${node.name} has another view of the same records than another node`;
    },
    settled(cluster) {
      const replicas = cluster.nodes.flatMap(({ replica }) => replica ?? []);
      const [first, ...others] = replicas;
      if (first === undefined || !others.some((other) => differs(first, other))) return undefined;
      return 'nodes with equal hashes have different views';
    },
  };
}

function membersOf({ members, registers }: Replica): string {
  return [...members]
    .map(([member, { sequence, nodeAddresses }]) => {
      const set = registers.latest(member);
      const register = `${set && setText(set)} ${registers.isGone(member)}`;
      return `${member} ${sequence} ${nodeAddresses.join()} ${register}`;
    })
    .sort()
    .join();
}
