// Situations for mutants around a grant that was accepted and told to nobody: its taker died in that moment.
import type { Cluster, SimNode } from '@hedgerow/core/testing';
import { at, clusterOf, forget, minute, type Testing, wait } from './stage.ts';

/** A grant that its taker's guardians have decided to be taken, and nobody else knows of. */
interface Untold {
  readonly taker: SimNode;
  readonly donor: SimNode;
}

/** Lets a node accept a grant; what it says to the giver is lost. Undefined: nobody gives. */
function acceptUntold(cluster: Cluster): Untold | undefined {
  const taker = at(cluster, 2);
  const given = () =>
    cluster.nodes
      .filter((node) => node !== taker && node.index > 0)
      .find(({ member }) =>
        cluster.registers
          .of(member)
          .some(({ outbox }) => outbox.some(({ to }) => to === taker.member)),
      );
  let donor: SimNode | undefined;
  for (let pod = 0; pod < 600 && donor === undefined; pod += 1) {
    taker.containers.add();
    for (let ms = 0; ms < 300 && donor === undefined; ms += 1) {
      wait(cluster, 1);
      donor = given();
    }
  }
  if (donor === undefined) return undefined;
  cluster.links.cut(taker, donor);
  const { member } = donor;
  const before = cluster.registers.of(taker.member)[0]?.in[member] ?? 0;
  for (let ms = 0; ms < 5_000; ms += 1) {
    wait(cluster, 1);
    if ((cluster.registers.of(taker.member)[0]?.in[member] ?? 0) > before) break;
  }
  return { taker, donor };
}

/** A member accepts a grant, both it and the giver are gone at once: the heir of one has it, not that of the other. */
export function acceptedThenGone(all: Testing): string | undefined {
  const cluster = clusterOf(all, 4, 7);
  const untold = acceptUntold(cluster);
  if (untold === undefined) return 'the situation does not come about: nobody gives';
  const { taker, donor } = untold;
  for (const node of [taker, donor]) all.bury(node, 'die');
  wait(cluster, 5_000);
  forget(cluster, taker, true);
  forget(cluster, donor, true);
  wait(cluster, 10 * minute);
  return cluster.violation?.message;
}

/**
 * A member accepts a grant and dies. The giver, whose disk is full, reads that in its register, and is killed should it
 * drop the grant: it could not store the record.
 */
export function droppedUntold(all: Testing): string | undefined {
  const cluster = clusterOf(all, 4, 7);
  const untold = acceptUntold(cluster);
  if (untold === undefined) return 'the situation does not come about: nobody gives';
  const { taker, donor } = untold;
  all.bury(taker, 'die');
  const waiting = (): boolean =>
    cluster.registers
      .of(donor.member)
      .some(({ outbox }) => outbox.some(({ to }) => to === taker.member));
  if (!waiting()) return 'the situation does not come about: nothing is on its way';
  cluster.tried.add('diskFull');
  donor.disk.isFull = true;
  for (let ms = 0; ms < 20 * minute && waiting(); ms += 1) wait(cluster, 1);
  donor.disk.isFull = false;
  donor.crash('test', true);
  wait(cluster, 5_000);
  donor.start();
  // Long enough to find the taker silent once more.
  wait(cluster, 40 * minute);
  const { view } = at(cluster, 0).replica ?? {};
  const [{ holdings, outbox } = { holdings: [], outbox: [] }] = cluster.registers.of(taker.member);
  const pieces = [...holdings, ...outbox.map(({ record }) => record.body)];
  const lost = pieces.find(({ pool, prefix }) => {
    return view?.lookup(pool, prefix)?.owner === donor.member;
  });
  return lost && `${lost.prefix} was given and taken, and nobody will ever hear of it`;
}
