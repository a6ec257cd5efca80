// What an operator says of members that live, that left, or whose blocks were resting, each played on purpose.
import {
  allCheckers,
  bury,
  Cluster,
  type ClusterOptions,
  type SimNode,
} from '@hedgerow/core/testing';
import { describe, expect, it } from 'vitest';

const minute = 60_000;
const reclaimMs = 10 * minute;
const restMs = 5 * minute;
const tuning = { heartbeatMs: 10_000, reclaimMs, restMs, reserveBlocks: 1 };

function clusterOf(seed: number, size: number, options: ClusterOptions = {}): Cluster {
  const cluster = new Cluster(seed, size, { checkers: allCheckers, tuning, ...options });
  cluster.runUntil(2 * minute);
  return cluster;
}

function at(cluster: Cluster, index: number): SimNode {
  return cluster.nodes[index] as SimNode;
}

/** Only the link between these two is cut, and both notice. */
function separate({ links }: Cluster, one: SimNode, other: SimNode): void {
  links.cut(one, other);
  links.cut(other, one);
  links.disconnect(one, other);
}

function die(node: SimNode): void {
  bury(node, 'die');
  node.cluster.tried.add('die');
}

function forget(by: SimNode, target: SimNode, now: boolean): void {
  by.forgotten.length = 0;
  by.take({ type: 'forget', member: target.member, now });
  by.cluster.tried.add('forget');
}

function isSealed({ cluster, member }: SimNode): boolean {
  return cluster.registers.of(member).some(({ sealed }) => sealed === true);
}

function committedOf({ disk }: SimNode): readonly string[] {
  const { holdings } = disk.register.estate;
  return holdings.filter(({ use }) => use === 'committed').map(({ prefix }) => prefix);
}

/** How a node holds each of these blocks; '' where it does not. */
function usesOf({ disk }: SimNode, blocks: readonly string[]): readonly string[] {
  const { holdings } = disk.register.estate;
  return blocks.map((block) => holdings.find(({ prefix }) => prefix === block)?.use ?? '');
}

/** The owner writes to its register: it opens one more block. */
function write(owner: SimNode): void {
  owner.take({ type: 'wanted', pool: 'default' });
  owner.cluster.runUntil(owner.cluster.nowMs + minute);
}

describe('a member that only the operator does not hear', () => {
  const cases = [1, 2, 3, 4, 5, 6].map((seed) => ({ seed, now: seed % 2 === 0 }));

  it.each(cases)('is not forgotten: it is told who hears it, seed $seed', ({ seed, now }) => {
    // Of five everybody keeps everybody's register: the operator's node would vote for the end itself.
    const cluster = clusterOf(seed, seed % 3 === 0 ? 8 : 5);
    const [operator, victim] = [at(cluster, 0), at(cluster, 2)];
    separate(cluster, operator, victim);
    cluster.runUntil(cluster.nowMs + 5_000);
    forget(operator, victim, now);
    cluster.runUntil(cluster.nowMs + minute);
    expect(operator.forgotten).toMatchObject([{ outcome: 'refused' }]);
    const message = operator.forgotten[0]?.message ?? '';
    const set = victim.state?.register.desk?.proposer.set.members ?? [];
    const hearing = set.map(({ member }) => member).filter((member) => message.includes(member));
    expect(hearing.length).toBeGreaterThan(0);
    expect(message).toMatch(
      /^node-[^:]+ hears? node-2: it runs, and may be cut off from this node only\. Run leave there/,
    );
    // Nothing of it waits at a guardian for the owner's next write to finish it.
    write(victim);
    expect(isSealed(victim)).toBe(false);
    expect(victim.state?.quarantined).toBe(false);
    expect(victim.alarms).toEqual([]);
    cluster.links.mendAll();
    cluster.runUntil(cluster.nowMs + 4 * reclaimMs);
    expect(isSealed(victim)).toBe(false);
    expect(cluster.violation).toBe(undefined);
  });

  it('is forgotten as soon as its process is gone, though it spoke a moment ago', () => {
    const cluster = clusterOf(7, 5);
    const [operator, victim] = [at(cluster, 0), at(cluster, 2)];
    separate(cluster, operator, victim);
    cluster.runUntil(cluster.nowMs + minute);
    victim.crash('kill -9', false);
    cluster.runUntil(cluster.nowMs + 4_000);
    forget(operator, victim, false);
    cluster.runUntil(cluster.nowMs + minute);
    expect(operator.forgotten).toMatchObject([{ outcome: 'done' }]);
    expect(cluster.violation).toBe(undefined);
  });
});

/** Nobody hears the victim while it is forgotten; then all but the heir hear it again. */
function heardByOthers(seed: number): {
  heir: SimNode;
  victim: SimNode;
  blocks: readonly string[];
} {
  const cluster = clusterOf(seed, 6);
  const [heir, victim] = [at(cluster, 0), at(cluster, 2)];
  const others = cluster.nodes.filter((node) => node !== victim && node !== heir);
  for (const node of [heir, ...others]) separate(cluster, node, victim);
  cluster.runUntil(cluster.nowMs + 5_000);
  const blocks = committedOf(victim);
  expect(blocks).not.toEqual([]);
  forget(heir, victim, false);
  cluster.runUntil(cluster.nowMs + minute);
  expect(heir.forgotten).toMatchObject([{ outcome: 'done' }]);
  expect(usesOf(heir, blocks)).toEqual(blocks.map(() => 'resting'));
  for (const node of others) {
    cluster.links.mend(node, victim);
    cluster.links.mend(victim, node);
  }
  return { heir, victim, blocks };
}

it.each([1, 2, 3])(
  'blocks of a forgotten member rest as long as any guardian hears it, though the heir does not, seed %i',
  (seed) => {
    const { heir, victim, blocks } = heardByOthers(seed);
    const { cluster } = heir;
    cluster.runUntil(cluster.nowMs + 4 * restMs);
    expect(heir.state?.peers.get(victim.member)?.connected).toBe(false);
    expect(usesOf(heir, blocks)).toEqual(blocks.map(() => 'resting'));
    die(victim);
    cluster.runUntil(cluster.nowMs + restMs);
    expect(usesOf(heir, blocks)).not.toContain('resting');
    expect(cluster.violation).toBe(undefined);
  },
);

/** X is forgotten and rests at H; H is forgotten as `now` says: the blocks of X, and those that H used, at J. */
function chain(seed: number, now: boolean): readonly (readonly string[])[] {
  const cluster = clusterOf(seed, 8, { tuning: { ...tuning, restMs: 60 * minute } });
  const [next, dead, heir] = [at(cluster, 0), at(cluster, 2), at(cluster, 4)];
  const first = committedOf(dead);
  die(dead);
  cluster.runUntil(cluster.nowMs + 10_000);
  forget(heir, dead, false);
  cluster.runUntil(cluster.nowMs + minute);
  expect(usesOf(heir, first)).toEqual(first.map(() => 'resting'));
  const second = committedOf(heir);
  die(heir);
  cluster.runUntil(cluster.nowMs + 10_000);
  forget(next, heir, now);
  cluster.runUntil(cluster.nowMs + minute);
  expect(next.forgotten).toMatchObject([{ outcome: 'done' }]);
  expect([first.length, second.length]).not.toContain(0);
  return [usesOf(next, first), usesOf(next, second)];
}

describe('what was resting at a member that is forgotten itself', () => {
  it.each([1, 2, 3])('goes on resting at the next heir, seed %i', (seed) => {
    const [first, second] = chain(seed, false);
    expect(new Set([...(first ?? []), ...(second ?? [])])).toEqual(new Set(['resting']));
  });

  it.each([1, 2, 3])('rests on with --now, which is about what that one used, seed %i', (seed) => {
    const [first, second] = chain(seed, true);
    expect(new Set(first)).toEqual(new Set(['resting']));
    expect(second).not.toContain('resting');
  });
});

/** One of four has left, and stays as guardian of one that is silent. */
function leftAndStays(seed: number): { leaver: SimNode; dead: SimNode } {
  const cluster = clusterOf(seed, 4);
  const [leaver, dead] = [at(cluster, 1), at(cluster, 3)];
  die(dead);
  cluster.runUntil(cluster.nowMs + 10_000);
  while (leaver.containers.running.length > 0) leaver.containers.del(0);
  leaver.take({ type: 'leave' });
  cluster.tried.add('leave');
  cluster.runUntil(cluster.nowMs + 5 * minute);
  expect(isSealed(leaver)).toBe(true);
  expect(leaver.state?.hasLeft).toBe(false);
  return { leaver, dead };
}

describe('a node that has left and stays as guardian', () => {
  it.each([3, 5, 7, 8, 9])('takes nothing from a silent owner, seed %i', (seed) => {
    const { leaver, dead } = leftAndStays(seed);
    const { cluster } = leaver;
    const given = (): number => cluster.registers.of(dead.member)[0]?.out[leaver.member] ?? 0;
    const before = given();
    cluster.runUntil(cluster.nowMs + 4 * reclaimMs);
    expect(given()).toBe(before);
    const [estate] = cluster.registers.of(dead.member);
    expect(estate?.holdings.filter(({ use }) => use === 'reserve')).toEqual([]);
    expect(estate?.outbox).toEqual([]);
    expect(cluster.violation).toBe(undefined);
  });

  it('forgets nobody: it could take nothing', () => {
    const { leaver, dead } = leftAndStays(3);
    forget(leaver, dead, false);
    leaver.cluster.runUntil(leaver.cluster.nowMs + minute);
    expect(leaver.forgotten).toMatchObject([{ outcome: 'refused' }]);
    expect(leaver.forgotten[0]?.message).toBe(
      'this node left its cluster, or was forgotten, and can take nothing any more: run it on another member',
    );
    expect(isSealed(dead)).toBe(false);
  });
});
