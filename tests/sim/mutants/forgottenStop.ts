// A situation for a mutant around guardians that were replaced and know nothing of it any more.
import type { Testing } from './stage.ts';
import { at, minute, separate, tuning, wait } from './stage.ts';

/**
 * Three of four guardians, the owner among them, go back to before the Stop that replaced them, and the fourth is off. A
 * guardian of the next set brings the proof of the Stop once they have started: nothing is decided without it again.
 */
export function forgottenStop({ Cluster }: Testing): string | undefined {
  const cluster = new Cluster(10, 4, { tuning });
  cluster.runUntil(5 * minute);
  const owner = at(cluster, 0);
  const epochOf = (): number => cluster.registers.setsOf(owner.member)[0]?.epoch ?? 0;
  const epoch = epochOf();
  const old = [0, 1, 2].map((index) => at(cluster, index));
  const before = old.map(({ disk }) => disk.history.length);
  const late = cluster.addNode();
  late.start();
  wait(cluster, 3 * minute);
  if (epochOf() <= epoch) return 'the situation does not come about: nobody is replaced';
  for (const node of [...old, at(cluster, 3)]) node.crash('test', false);
  for (const [index, node] of old.entries()) {
    separate(cluster, node, late);
    node.disk.rollBack(node.disk.history.length - (before[index] ?? 0));
    node.memory.forget();
  }
  for (const node of old.slice(1)) node.start();
  wait(cluster, 2_000);
  owner.start();
  cluster.links.mendAll();
  wait(cluster, 5 * minute);
  return cluster.violation?.message;
}
