import { expect, it } from 'vitest';
import { grown } from '../../testing/lossFixtures.ts';
import type { SimNode } from '../../testing/node.ts';
import { bury } from '../../testing/response.ts';

/** A newcomer that hands its register from its own store to four others at once, and these. */
function handedOver(seed: number): { readonly owner: SimNode; readonly guardians: SimNode[] } {
  const cluster = grown(6, seed);
  const owner = cluster.addNode();
  owner.start();
  // Not to the first two that it meets and itself.
  if (owner.state !== undefined) owner.state.register.moveAtMs = cluster.nowMs + 20_000;
  const untilMs = cluster.nowMs + 60_000;
  const guardians = (): SimNode[] =>
    cluster.registers
      .setsOf(owner.member)
      .flatMap(({ members }) => members.flatMap(({ member }) => cluster.nodesOf(member)));
  const isDone = (): boolean =>
    guardians().length === 4 && guardians().every((node) => kept(node, owner)?.accepted);
  while (!isDone() && cluster.nowMs < untilMs) cluster.runUntil(untilMs, cluster.steps + 1);
  expect(isDone()).toBe(true);
  return { owner, guardians: guardians() };
}

/** What a store keeps of a register in its second epoch. */
function kept({ disk }: SimNode, { member }: SimNode) {
  return disk.acceptors.get(`${member} 2`);
}

/** Starts again from the latest moment when this was not yet so. */
function goBack(node: SimNode, isSo: () => boolean): void {
  node.crash('restore', false);
  while (isSo()) node.disk.rollBack(1);
  node.memory.forget();
  node.start();
}

// Nobody but the owner's own disk ever had the Stop, and the set has only its votes (nightly seed 940000024).
it.each([1, 2, 3])(
  'an owner whose disk went back seeds a guardian that went back as well, seed %i',
  (seed) => {
    const { owner, guardians } = handedOver(seed);
    const { cluster, disk } = owner;
    const [dead, forgetful] = guardians as [SimNode, SimNode];
    bury(dead, 'die');
    const isStopped = (): boolean => disk.acceptors.get(`${owner.member} 1`) !== undefined;
    goBack(owner, isStopped);
    expect(disk.register.estate.guardians.members).toEqual([]);
    goBack(forgetful, () => kept(forgetful, owner)?.accepted !== undefined);
    expect(kept(forgetful, owner)).toMatchObject({ ready: true });
    cluster.runUntil(cluster.nowMs + 120_000);
    expect(cluster.violation).toBe(undefined);
    expect(owner.state).toMatchObject({ booted: true, quarantined: false });
    expect(kept(forgetful, owner)?.accepted).toBeDefined();
  },
);
