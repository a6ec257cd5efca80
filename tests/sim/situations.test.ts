// Situations in which registers and their guardians must hold, each played on purpose. The swarm meets them by chance.
import { allCheckers, Cluster, type ClusterOptions, type SimNode } from '@hedgerow/core/testing';
import { describe, expect, it } from 'vitest';

const minute = 60_000;
const hour = 60 * minute;
const reclaimMs = 10 * minute;
const tuning = { heartbeatMs: 10_000, reclaimMs, restMs: 5 * minute, reserveBlocks: 1 };

function clusterOf(seed: number, size: number, options: ClusterOptions = {}): Cluster {
  const cluster = new Cluster(seed, size, { checkers: allCheckers, tuning, ...options });
  cluster.runUntil(2 * minute);
  return cluster;
}

function at(cluster: Cluster, index: number): SimNode {
  return cluster.nodes[index] as SimNode;
}

/** The machine is gone for good. */
function bury(node: SimNode): void {
  node.crash('die', true);
  node.containers.reboot();
  node.isGone = true;
  node.isDead = true;
  node.cluster.tried.add('die');
}

function reserveOf({ cluster, member }: SimNode): number {
  const holdings = cluster.registers.of(member).flatMap((estate) => estate.holdings);
  return holdings.filter(({ use }) => use === 'reserve').length;
}

/** Lets time pass until something is so, looked at after each step. */
function runUntil(cluster: Cluster, isSo: () => boolean, withinMs: number): void {
  const untilMs = cluster.nowMs + withinMs;
  while (!isSo() && cluster.nowMs < untilMs && cluster.violation === undefined) {
    cluster.runUntil(untilMs, cluster.steps + 1);
  }
  expect(isSo()).toBe(true);
}

/** Heals, lets the cluster settle, watches it in peace, and asks every checker. */
function endWell(cluster: Cluster): void {
  cluster.heal();
  cluster.runUntil(cluster.nowMs + 4 * reclaimMs);
  cluster.quiet = { sent: cluster.links.sent, steps: cluster.steps, sinceMs: cluster.nowMs };
  cluster.runUntil(cluster.nowMs + 10 * minute);
  cluster.settled();
  expect(cluster.violation).toBe(undefined);
}

/** Nothing belongs to this member, and nothing is on its way from it. */
function expectGone({ cluster, member }: SimNode): void {
  for (const { holdings, outbox } of cluster.registers.of(member)) {
    expect({ holdings, outbox }).toEqual({ holdings: [], outbox: [] });
  }
}

it('a write is one round trip to the guardians, and nothing else while it is undisturbed', () => {
  const cluster = clusterOf(1, 5);
  const owner = at(cluster, 0);
  const before = cluster.links.sent;
  const { version } = { version: owner.state?.register.desk?.proposer.current?.cell.version ?? 0 };
  owner.take({ type: 'wanted', pool: 'default' });
  runUntil(cluster, () => (owner.state?.register.writing ?? []).length > 0, 1_000);
  runUntil(cluster, () => owner.state?.register.writing === undefined, 1_000);
  expect(owner.state?.register.desk?.proposer.current?.cell.version).toBe(version + 1);
  expect(cluster.links.sent - before).toBeLessThanOrEqual(8);
});

describe('a guardian', () => {
  it('is killed at each message of a commit and of what follows', () => {
    for (let step = 0; step < 48; step += 2) {
      const cluster = clusterOf(step, 5);
      at(cluster, 0).take({ type: 'wanted', pool: 'default' });
      at(cluster, 2).take({ type: 'wanted', pool: 'default' });
      cluster.runUntil(cluster.nowMs + 5_000, cluster.steps + step);
      const guardian = at(cluster, 1 + (step % 4));
      guardian.crash('test', true);
      cluster.runUntil(cluster.nowMs + 20_000);
      guardian.start();
      endWell(cluster);
    }
  });

  it('leaves, and everybody finds another', () => {
    const cluster = clusterOf(2, 6);
    const guardian = at(cluster, 3);
    guardian.take({ type: 'leave' });
    runUntil(cluster, () => guardian.state?.hasLeft === true, 5 * minute);
    bury(guardian);
    expectGone(guardian);
    for (const node of cluster.nodes) {
      if (node === guardian) continue;
      const sets = cluster.registers.setsOf(node.member);
      expect(sets.flatMap(({ members }) => members.map(({ member }) => member))).not.toContain(
        guardian.member,
      );
    }
    endWell(cluster);
  });
});

describe('a dead member', () => {
  it('has several heirs at once, and one of them wins', () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const cluster = clusterOf(seed, 5);
      const dead = at(cluster, 2);
      bury(dead);
      cluster.runUntil(cluster.nowMs + 5_000);
      for (const index of [0, 3]) {
        at(cluster, index).take({ type: 'forget', member: dead.member, now: true });
      }
      cluster.tried.add('forget');
      endWell(cluster);
      expectGone(dead);
    }
  });

  it('has an heir that dies half-way', () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const cluster = clusterOf(seed, 7);
      const [heir, dead] = [at(cluster, 0), at(cluster, 4)];
      bury(dead);
      cluster.runUntil(cluster.nowMs + 5_000);
      heir.take({ type: 'forget', member: dead.member, now: true });
      cluster.tried.add('forget');
      const isSealed = (): boolean => cluster.registers.of(dead.member)[0]?.sealed === true;
      runUntil(cluster, isSealed, minute);
      heir.crash('test', true);
      cluster.runUntil(cluster.nowMs + 5 * minute);
      heir.start();
      endWell(cluster);
      expectGone(dead);
    }
  });

  it('comes back while its reserve is taken over, or just after', () => {
    for (let seed = 1; seed <= 6; seed += 1) {
      const cluster = clusterOf(seed, 5);
      const owner = at(cluster, 1);
      owner.crash('test', false);
      runUntil(cluster, () => reserveOf(owner) === 0, 3 * reclaimMs);
      if (seed % 2 === 0) cluster.runUntil(cluster.nowMs + seed * 1_000);
      owner.start();
      endWell(cluster);
    }
  });

  it('was giving to one that is dead as well: nothing is lost', () => {
    const cluster = clusterOf(4, 7);
    const [donor, taker] = [at(cluster, 1), at(cluster, 2)];
    taker.take({ type: 'wanted', pool: 'default' });
    const isGiving = (): boolean =>
      cluster.registers.of(donor.member).some(({ outbox }) => outbox.length > 0);
    for (const node of cluster.nodes) {
      if (node === donor || node === taker) continue;
      cluster.links.cut(taker, node);
      cluster.links.cut(node, taker);
    }
    for (let pod = 0; pod < 400 && !isGiving(); pod += 1) {
      taker.containers.add();
      cluster.runUntil(cluster.nowMs + 1_000);
    }
    bury(taker);
    bury(donor);
    cluster.links.mendAll();
    cluster.runUntil(cluster.nowMs + 10_000);
    for (const dead of [donor, taker]) {
      at(cluster, 0).take({ type: 'forget', member: dead.member, now: true });
    }
    cluster.tried.add('forget');
    endWell(cluster);
    expectGone(donor);
    expectGone(taker);
  });
});

it('a forget of a member that lives behind a partition: it lets go, and does not fall over', () => {
  const cluster = clusterOf(5, 6);
  const victim = at(cluster, 2);
  for (const node of cluster.nodes) {
    if (node === victim) continue;
    cluster.links.cut(victim, node);
    cluster.links.cut(node, victim);
    cluster.links.disconnect(victim, node);
  }
  cluster.tried.add('partition');
  cluster.runUntil(cluster.nowMs + 5_000);
  at(cluster, 0).take({ type: 'forget', member: victim.member, now: false });
  cluster.tried.add('forget');
  const isSealed = (): boolean => cluster.registers.of(victim.member)[0]?.sealed === true;
  runUntil(cluster, isSealed, minute);
  cluster.links.mendAll();
  cluster.runUntil(cluster.nowMs + minute);
  expect(victim.isUp).toBe(true);
  expect(victim.alarms.map(({ code }) => code)).toContain('forgotten');
  expect(victim.state?.quarantined).toBe(true);
  expect(cluster.violation).toBe(undefined);
});

it('a founder restored from a snapshot of the time when it was alone: it asks its guardians first', () => {
  const cluster = new Cluster(10, 1, { checkers: allCheckers, tuning, founders: 1 });
  cluster.runUntil(minute);
  const founder = at(cluster, 0);
  const alone = founder.disk.history.length;
  for (let member = 1; member < 5; member += 1) cluster.addNode().start();
  cluster.runUntil(5 * minute);
  expect(founder.state?.register.desk?.proposer.set.members).toHaveLength(4);
  founder.crash('test', false);
  founder.disk.rollBack(founder.disk.history.length - alone);
  founder.memory.forget();
  for (const fault of ['restore', 'rollback']) cluster.tried.add(fault);
  founder.start();
  cluster.runUntil(cluster.nowMs + minute);
  expect(founder.state?.register.desk?.proposer.set.members).toHaveLength(4);
  endWell(cluster);
});

it('power lost everywhere at once: everything comes back by itself', () => {
  const cluster = clusterOf(6, 6);
  for (const node of cluster.nodes) node.crash('test', true);
  cluster.runUntil(cluster.nowMs + minute);
  for (const node of cluster.nodes) node.start();
  endWell(cluster);
  for (const { state } of cluster.nodes) expect(state?.booted).toBe(true);
});

it('a zone lost: six guardians in three zones go on with four', () => {
  const cluster = clusterOf(7, 9);
  for (const node of cluster.nodes) {
    node.take({ type: 'announce', body: { ...node.announcement(), zone: `z${node.index % 3}` } });
  }
  const isSpread = (): boolean =>
    cluster.nodes.every((node) => node.state?.register.desk?.proposer.set.members.length === 6);
  runUntil(cluster, isSpread, 10 * minute);
  for (const node of cluster.nodes) if (node.index % 3 === 0) bury(node);
  const writer = at(cluster, 1);
  const before = writer.state?.register.desk?.proposer.current?.cell.version ?? 0;
  writer.take({ type: 'wanted', pool: 'default' });
  const hasWritten = (): boolean =>
    (writer.state?.register.desk?.proposer.current?.cell.version ?? 0) > before;
  runUntil(cluster, hasWritten, minute);
  endWell(cluster);
  for (const node of cluster.nodes) if (node.isDead) expect(reserveOf(node)).toBe(0);
});

it('nodes that live for a day, for a week: nothing leaks away', () => {
  const cluster = clusterOf(8, 5);
  for (let day = 1; day <= 7; day += 1) {
    cluster.runUntil(day * 24 * hour);
    const oldest = cluster.nodes.find(({ isDead }) => !isDead) as SimNode;
    cluster.addNode().start();
    cluster.runUntil(cluster.nowMs + 10 * minute);
    bury(oldest);
    cluster.runUntil(cluster.nowMs + 10_000);
    const operator = cluster.nodes.find(({ isUp }) => isUp) as SimNode;
    operator.take({ type: 'forget', member: oldest.member, now: true });
    cluster.tried.add('forget');
  }
  endWell(cluster);
  for (const node of cluster.nodes) if (node.isDead) expectGone(node);
});

it('thirty nodes lose ten at once: all reserve is back within three reclaim delays, then it is quiet', () => {
  const pools = [
    { name: 'default', prefix: '10.32.0.0/16', blockLength: 26, subnet: 'pool' as const },
  ];
  const cluster = clusterOf(9, 30, { pools });
  cluster.runUntil(5 * minute);
  const dead = cluster.nodes.filter(({ index }) => index % 3 === 1);
  const canDecide = dead.filter(({ member }) => {
    const [set] = cluster.registers.setsOf(member);
    const alive = set?.members.filter((each) => !dead.some((node) => node.member === each.member));
    return (alive?.length ?? 0) >= 3;
  });
  for (const node of dead) bury(node);
  cluster.runUntil(cluster.nowMs + 3 * reclaimMs);
  for (const node of canDecide) expect(reserveOf(node)).toBe(0);
  expect(canDecide.length).toBeGreaterThan(3);
  expect(cluster.violation).toBe(undefined);
});
