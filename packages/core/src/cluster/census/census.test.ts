import { describe, expect, test } from 'vitest';
import { covers, prefixOf } from '../../address/index.ts';
import { giveUp, grown, lose, problemsOf } from '../../testing/lossFixtures.ts';
import type { SimNode } from '../../testing/node.ts';
import { estateOf } from '../state/index.ts';

const minute = 60_000;
const done = 'done: this node has its addresses now';

function usesOf(node: SimNode): readonly string[] {
  return node.disk.register.estate.holdings.map(({ use }) => use);
}

describe('a census', () => {
  test('of a cluster of two gives the one that is left everything, resting', () => {
    const cluster = grown(2);
    const [first, second] = cluster.nodes as [SimNode, SimNode];
    expect([...(first.replica?.view.ownedBy(second.member) ?? [])]).not.toHaveLength(0);
    lose(cluster, [second]);
    expect(giveUp(first, [second])).toEqual([done]);
    expect(problemsOf(cluster, [first])).toEqual([]);
    expect(usesOf(first)).toContain('resting');
    cluster.runUntil(cluster.nowMs + 20 * minute);
    expect(usesOf(first)).not.toContain('resting');
    first.crash('a restart', false);
    first.start();
    cluster.runUntil(cluster.nowMs + minute);
    expect(first.state?.booted).toBe(true);
    expect(cluster.violation).toBeUndefined();
  });

  test('lets nothing rest with --now', () => {
    const cluster = grown(2);
    const [first, second] = cluster.nodes as [SimNode, SimNode];
    lose(cluster, [second]);
    expect(giveUp(first, [second], true)).toEqual([done]);
    expect(usesOf(first)).not.toContain('resting');
  });

  test('with --now waives what the lost one used, not what may have been resting there', () => {
    const cluster = grown(6, 2);
    const [first, heir, dead] = cluster.nodes as [SimNode, SimNode, SimNode];
    const committed = ({ disk }: SimNode): readonly string[] =>
      disk.register.estate.holdings.flatMap(({ use, prefix }) =>
        use === 'committed' ? [prefix] : [],
      );
    const [used, rested] = [committed(heir), committed(dead)];
    lose(cluster, [dead]);
    heir.take({ type: 'forget', member: dead.member, now: false });
    cluster.runUntil(cluster.nowMs + minute);
    expect(heir.forgotten).toMatchObject([{ outcome: 'done' }]);
    const kept = heir.state?.register.desk?.proposer.set.members ?? [];
    const guardians = cluster.nodes.filter(
      (node) => node !== first && kept.some(({ member }) => member === node.member),
    );
    const lost = [heir, ...guardians.slice(0, 2)];
    lose(cluster, lost);
    expect(giveUp(first, lost, true)).toEqual(lost.map(() => done));
    const useOf = (block: string): string | undefined =>
      first.disk.register.estate.holdings.find(({ prefix }) =>
        covers(prefixOf(prefix), prefixOf(block)),
      )?.use;
    expect([used.length, rested.length]).not.toContain(0);
    expect(rested.map(useOf)).toEqual(rested.map(() => 'resting'));
    expect(used.map(useOf)).not.toContain('resting');
  });

  test('of five that lost three gives the two back their registers first, and goes on with new members', () => {
    const cluster = grown(5);
    const [first, second, ...lost] = cluster.nodes as [SimNode, SimNode, ...SimNode[]];
    expect(first.state?.register.desk?.proposer.set.members).toHaveLength(4);
    lose(cluster, lost);
    expect(giveUp(first, lost)).toEqual([done, done, done]);
    expect(problemsOf(cluster, [first, second])).toEqual([]);
    const later = cluster.addNode();
    later.start();
    cluster.runUntil(cluster.nowMs + 15 * minute);
    expect(later.disk.register.estate.holdings).not.toHaveLength(0);
    expect(first.state?.register.desk?.proposer.set.members).toHaveLength(3);
    expect(problemsOf(cluster, [first, second, later])).toEqual([]);
    expect(cluster.violation).toBeUndefined();
  });

  test('gives registers back after members were forgotten that had kept them', () => {
    const cluster = grown(6);
    const [first] = cluster.nodes as [SimNode];
    const kept = first.state?.register.desk?.proposer.set.members.map(({ member }) => member);
    const lost = cluster.nodes.filter((node) => kept?.slice(-2).includes(node.member));
    const living = cluster.nodes.filter((node) => !lost.includes(node));
    lose(cluster, lost);
    for (const { member } of lost) {
      first.take({ type: 'forget', member, now: true });
      cluster.runUntil(cluster.nowMs + 30_000);
    }
    expect(lost.every(({ member }) => first.replica?.registers.isGone(member))).toBe(true);
    const outcomes = giveUp(first, lost);
    expect(outcomes.every((outcome) => outcome.startsWith('done'))).toBe(true);
    cluster.runUntil(cluster.nowMs + 2 * minute);
    expect(problemsOf(cluster, living)).toEqual([]);
  });

  test('counts grants to and from the lost that nobody acknowledged', () => {
    const cluster = grown(2);
    const [first, second] = cluster.nodes as [SimNode, SimNode];
    // What the first gives arrives and is never acknowledged; nothing the second gives is heard of by the set.
    cluster.links.cut(second, first);
    for (const [from, to] of [
      [first, second],
      [second, first],
    ] as const) {
      const inCounter = estateOf(to.state as NonNullable<SimNode['state']>).in[from.member] ?? 0;
      const ask = { type: 'request', pool: 'default', length: 26, needed: true } as const;
      from.take({ type: 'message', from: to.member, message: { ...ask, inCounter } });
    }
    cluster.runUntil(cluster.nowMs + 5_000);
    expect(first.disk.register.estate.outbox).toHaveLength(1);
    expect(second.disk.register.estate.outbox).toHaveLength(1);
    const given = first.disk.register.estate.outbox[0]?.record.body.prefix;
    expect(second.disk.register.estate.in[first.member]).toBe(
      first.disk.register.estate.out[second.member],
    );
    lose(cluster, [second]);
    expect(giveUp(first, [second])).toEqual([done]);
    expect(first.disk.register.estate.outbox).toHaveLength(0);
    const back = first.disk.register.estate.holdings.find(({ prefix }) => prefix === given);
    expect(back?.use ?? 'in a larger piece').not.toBe('reserve');
    expect(problemsOf(cluster, [first])).toEqual([]);
  });

  test('waits until all see alike: what a member took from the lost is not taken from it', () => {
    const cluster = grown(4);
    const [first, second, third, fourth] = cluster.nodes as [SimNode, SimNode, SimNode, SimNode];
    for (const other of [third, fourth]) {
      cluster.links.cut(first, other);
      cluster.links.cut(other, first);
    }
    const inCounter = third.disk.register.estate.in[fourth.member] ?? 0;
    const message = { type: 'request', pool: 'default', length: 26, needed: true } as const;
    fourth.take({ type: 'message', from: third.member, message: { ...message, inCounter } });
    cluster.runUntil(cluster.nowMs + 3_000);
    expect(third.disk.register.estate.in[fourth.member]).toBe(inCounter + 1);
    const ownerOf = (node: SimNode): string | undefined => {
      const taken = third.disk.register.estate.holdings.at(-1);
      return taken && node.replica?.view.lookup(taken.pool, taken.prefix)?.owner;
    };
    const owned = (node: SimNode): number =>
      [...(node.replica?.view.ownedBy(fourth.member) ?? [])].length;
    expect([ownerOf(third), owned(first)]).not.toEqual([ownerOf(first), owned(third)]);
    lose(cluster, [second, fourth]);
    cluster.links.mendAll();
    cluster.runUntil(cluster.nowMs + 1_000);
    expect(giveUp(first, [second, fourth])).toEqual([done, done]);
    expect(problemsOf(cluster, [first, third])).toEqual([]);
  });

  test.each([
    ['another node than an authority', 1, [0], /only an authority of the cluster can do this/],
    ['a member that is connected', 0, [1], /connected right now/],
    ['this node itself', 0, [0], /cannot forget itself/],
    ['somebody unknown', 0, [99], /no member node-99 is known/],
  ])('is refused for %s', (_name, by, of, expected) => {
    const cluster = grown(3);
    const node = cluster.nodes[by] as SimNode;
    const [member = ''] = of.map((index) => `node-${index}`);
    node.take({ type: 'forget', member, now: false, unsafe: true });
    expect(node.forgotten).toMatchObject([{ outcome: 'refused' }]);
    expect(node.forgotten[0]?.message).toMatch(expected);
    expect(estateOf(node.state as NonNullable<SimNode['state']>).shut).toBeUndefined();
  });

  test('is refused while the ordinary forget works, and while others cannot answer', () => {
    const cluster = grown(4);
    const [first, second, third] = cluster.nodes as [SimNode, SimNode, SimNode];
    lose(cluster, [third]);
    expect(giveUp(first, [third])[0]).toMatch(/forget it without --unsafe/);
    lose(cluster, [second]);
    expect(giveUp(first, [third])[0]).toMatch(/node-1 cannot be reached, and every living member/);
    expect(giveUp(first, [second, third])).toEqual([done, done]);
  });

  test('that a member does not answer ends, says so, and can be taken again', () => {
    const cluster = grown(4);
    const [first, second, third, fourth] = cluster.nodes as [SimNode, SimNode, SimNode, SimNode];
    lose(cluster, [third, fourth]);
    second.pausedUntilMs = cluster.nowMs + 10 * minute;
    expect(giveUp(first, [third, fourth])[0]).toMatch(
      /^refused: no complete answer came from node-1; nobody has its addresses yet/,
    );
    second.pausedUntilMs = cluster.nowMs;
    expect(giveUp(first, [third, fourth])).toEqual([done, done]);
    expect(problemsOf(cluster, [first, second])).toEqual([]);
  });
});

describe('a member that was given up', () => {
  test.each([2, 5])('and comes back, of %i, stops and changes nothing', (size) => {
    const cluster = grown(size);
    const [first, ...others] = cluster.nodes as [SimNode, ...SimNode[]];
    const lost = size === 2 ? others : others.slice(1);
    const living = cluster.nodes.filter((node) => !lost.includes(node));
    lose(cluster, lost);
    expect(giveUp(first, lost)).toEqual(lost.map(() => done));
    const before = lost.map(({ disk }) => disk.register.estate.holdings);
    for (const node of lost) {
      node.isGone = false;
      node.start();
    }
    cluster.runUntil(cluster.nowMs + 10 * minute);
    for (const node of lost) {
      expect(node.state?.quarantined, node.name).toBe(true);
      expect(node.alarms.map(({ code }) => code)).toContain('forgotten');
      for (let count = 0; count < 3; count += 1) node.containers.add();
    }
    cluster.runUntil(cluster.nowMs + minute);
    expect(lost.flatMap(({ containers }) => containers.running)).toEqual([]);
    expect(lost.map(({ disk }) => disk.register.estate.holdings)).toEqual(before);
    expect(problemsOf(cluster, living)).toEqual([]);
    // Its containers might live while it is heard: what it had goes on resting.
    cluster.runUntil(cluster.nowMs + 30 * minute);
    expect(usesOf(first)).toContain('resting');
    expect(cluster.violation).toBeUndefined();
  });

  test('leaves nothing behind in a register that another member left when it was forgotten', () => {
    const cluster = grown(6, 3);
    const [first] = cluster.nodes as [SimNode];
    const [giver, taker] = cluster.nodes.slice(4) as [SimNode, SimNode];
    cluster.links.cut(giver, taker);
    const inCounter = taker.disk.register.estate.in[giver.member] ?? 0;
    const message = { type: 'request', pool: 'default', length: 26, needed: true } as const;
    giver.take({ type: 'message', from: taker.member, message: { ...message, inCounter } });
    cluster.runUntil(cluster.nowMs + 1_000);
    expect(giver.disk.register.estate.outbox).toHaveLength(1);
    lose(cluster, [giver]);
    first.take({ type: 'forget', member: giver.member, now: true });
    cluster.runUntil(cluster.nowMs + 30_000);
    expect(first.replica?.registers.isGone(giver.member)).toBe(true);
    const kept = taker.state?.register.desk?.proposer.set.members ?? [];
    const guardians = cluster.nodes.filter(({ member }) => {
      return member !== first.member && kept.some((each) => each.member === member);
    });
    const lost = [taker, ...guardians.slice(0, 2)];
    lose(cluster, lost);
    expect(giveUp(first, lost)).toEqual(lost.map(() => done));
    cluster.runUntil(cluster.nowMs + 5 * minute);
    const living = cluster.nodes.filter((node) => node !== giver && !lost.includes(node));
    expect(problemsOf(cluster, living)).toEqual([]);
  });
});
