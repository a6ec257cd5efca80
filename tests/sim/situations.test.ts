// Situations in which registers and their guardians must hold, each played on purpose. The swarm meets them by chance.
import { firstEstate } from '@hedgerow/core/estate';
import {
  allCheckers,
  bury,
  Cluster,
  type ClusterOptions,
  type SimNode,
} from '@hedgerow/core/testing';
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
function die(node: SimNode): void {
  bury(node, 'die');
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

/** Puts the nodes into three zones, and waits until each has two guardians in each of them. */
function spread(cluster: Cluster): void {
  for (const node of cluster.nodes) {
    node.take({ type: 'announce', body: { ...node.announcement(), zone: `z${node.index % 3}` } });
  }
  const isSpread = (): boolean =>
    cluster.nodes.every((node) => node.state?.register.desk?.proposer.set.members.length === 6);
  runUntil(cluster, isSpread, 10 * minute);
}

/** Nothing passes between a node and the others. */
function cutOff(cluster: Cluster, node: SimNode): void {
  for (const other of cluster.nodes) {
    if (other === node) continue;
    cluster.links.cut(node, other);
    cluster.links.cut(other, node);
  }
}

/** A node needs blocks until somebody has one on its way to it: who that is. */
function untilGiven(cluster: Cluster, taker: SimNode): SimNode {
  const giver = (): SimNode | undefined =>
    cluster.nodes.find(({ member }) =>
      cluster.registers
        .of(member)
        .some(({ outbox }) => outbox.some(({ to }) => to === taker.member)),
    );
  for (let second = 0; second < 200 && giver() === undefined; second += 1) {
    for (let pod = 0; pod < 10; pod += 1) taker.containers.add();
    const untilMs = cluster.nowMs + 1_000;
    while (giver() === undefined && cluster.nowMs < untilMs)
      cluster.runUntil(untilMs, cluster.steps + 1);
  }
  return giver() as SimNode;
}

/** Members whose ballots a guardian of this owner has promised, the owner aside. */
function asksOthers(cluster: Cluster, { member }: SimNode): readonly string[] {
  const kept = cluster.nodes.flatMap(({ disk }) => [...disk.acceptors.values()]);
  const promised = kept.filter(({ owner }) => owner === member).map(({ promised }) => promised);
  return promised.map(({ proposer }) => proposer).filter((proposer) => proposer !== member);
}

/** True when a node is a guardian of this owner. */
function keeps({ disk }: SimNode, { member }: SimNode): boolean {
  return [...disk.acceptors.values()].some(
    ({ owner, accepted }) => owner === member && accepted !== undefined,
  );
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

  it('loses its disk and comes back under the same key: it comes in by a change, as another guardian', () => {
    for (let seed = 1; seed <= 4; seed += 1) {
      const cluster = clusterOf(seed, 6);
      const guardian = at(cluster, 3);
      const { storeId, acceptors } = guardian.disk;
      const owners = [...acceptors.values()].map(({ owner }) => owner);
      expect(owners.length).toBeGreaterThan(0);
      guardian.crash('test', true);
      guardian.containers.reboot();
      guardian.disk.wipe(firstEstate(guardian.member, []), `${storeId}+`);
      guardian.memory.forget();
      cluster.registers.stored(guardian, guardian.disk.register, true);
      cluster.tried.add('wipe');
      cluster.runUntil(cluster.nowMs + seed * 20_000);
      guardian.start();
      endWell(cluster);
      for (const owner of owners) {
        const sets = cluster.registers.setsOf(owner);
        const stores = sets.flatMap(({ members }) => members.map(({ store }) => store));
        expect(stores).not.toContain(storeId);
      }
    }
  });

  it('leaves, and everybody finds another', () => {
    const cluster = clusterOf(2, 6);
    const guardian = at(cluster, 3);
    guardian.take({ type: 'leave' });
    runUntil(cluster, () => guardian.state?.hasLeft === true, 5 * minute);
    die(guardian);
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
      die(dead);
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
      die(dead);
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

  it('had a grant on its way, and one of its guardians goes while another takes its reserve', () => {
    let played = 0;
    for (let seed = 1; seed <= 12; seed += 1) {
      const cluster = clusterOf(seed, 8);
      const taker = at(cluster, 2);
      const donor = untilGiven(cluster, taker);
      cutOff(cluster, taker);
      die(donor);
      cluster.links.mendAll();
      const isAsked = (): boolean => asksOthers(cluster, donor).length > 0;
      runUntil(cluster, isAsked, 3 * reclaimMs);
      const [asking] = asksOthers(cluster, donor);
      // Where both the donor and this one keep the taker's register, that one has no quorum left.
      const mayGo = (node: SimNode): boolean =>
        node !== taker && !(keeps(donor, taker) && keeps(node, taker));
      const guardian = cluster.nodes.find(
        (node) => node !== donor && node.member !== asking && keeps(node, donor) && mayGo(node),
      );
      if (guardian === undefined) continue;
      played += 1;
      if (seed % 2 === 0) guardian.take({ type: 'leave' });
      else die(guardian);
      endWell(cluster);
      expect(reserveOf(donor)).toBe(0);
      expect(cluster.registers.of(donor.member).flatMap(({ outbox }) => outbox)).toEqual([]);
    }
    expect(played).toBeGreaterThanOrEqual(6);
  });

  it('was giving to one that is dead as well: nothing is lost, however far that was', () => {
    for (let seed = 1; seed <= 8; seed += 1) {
      // Two of four guardians may be among the dead: only six survive that.
      const cluster = clusterOf(seed, 9);
      spread(cluster);
      const taker = at(cluster, 2);
      const donor = untilGiven(cluster, taker);
      cluster.runUntil(cluster.nowMs + 1_000, cluster.steps + 3 * seed);
      die(taker);
      die(donor);
      cluster.runUntil(cluster.nowMs + 10_000);
      const operator = cluster.nodes.find(({ isUp }) => isUp) as SimNode;
      for (const dead of [donor, taker]) {
        operator.take({ type: 'forget', member: dead.member, now: true });
      }
      cluster.tried.add('forget');
      endWell(cluster);
      expectGone(donor);
      expectGone(taker);
    }
  });

  it('leaves its reserve to a node that can write its own register, not to one that cannot', () => {
    const cluster = clusterOf(4, 10);
    const stuck = at(cluster, 1);
    const lost = stuck.state?.register.desk?.proposer.set.members.slice(0, 2) ?? [];
    const dead = cluster.nodes.filter(({ member }) => lost.some((each) => each.member === member));
    for (const node of dead) die(node);
    cluster.runUntil(cluster.nowMs + 3 * reclaimMs);
    const onTheirWay = dead.flatMap(({ member }) =>
      cluster.registers.of(member).flatMap(({ outbox }) => outbox.map(({ to }) => to)),
    );
    expect(onTheirWay).not.toContain(stuck.member);
    expect(dead.map(reserveOf)).toContain(0);
  });
});

it('a forget of a member that lives behind a partition: it lets go, and does not fall over', () => {
  const cluster = clusterOf(5, 6);
  const victim = at(cluster, 2);
  cutOff(cluster, victim);
  for (const node of cluster.nodes) {
    if (node !== victim) cluster.links.disconnect(victim, node);
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
  spread(cluster);
  for (const node of cluster.nodes) if (node.index % 3 === 0) die(node);
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
    die(oldest);
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
  for (const node of dead) die(node);
  cluster.runUntil(cluster.nowMs + 3 * reclaimMs);
  for (const node of canDecide) expect(reserveOf(node)).toBe(0);
  expect(canDecide.length).toBeGreaterThan(3);
  expect(cluster.violation).toBe(undefined);
});
