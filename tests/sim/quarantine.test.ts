// Whatever way a member goes into quarantine: before its agent says so nothing stays open that the decided estate does
// not have, and the alarm counts what lives there.
import { type Alarm, alarmsOf, type NodeState } from '@hedgerow/core/cluster';
import { describe, expect, it } from 'vitest';
import { type Way, ways } from './quarantine/ways.ts';
import { World } from './quarantine/world.ts';

/** More than one block is full of them. */
const many = 20;
type Lying = { readonly pool: string; readonly prefix: string };
type When = 'while its agent is down' | 'while it runs';

function toText({ code, message }: Alarm): string {
  return `${code}: ${message}`;
}

/** The world after it came about, and its agent had time to know. */
function befallen(
  way: Way,
  when: When,
  options: { live: number; wiped?: boolean; killed?: number },
) {
  const world = new World(way.size, way.victim, options.live);
  const { victim } = world;
  const isDown = when === 'while its agent is down';
  if (isDown) victim.crash('goes down', false);
  world.pass(10);
  if (!isDown && options.killed !== undefined) world.killBefore(options.killed);
  if (isDown) way.down?.(world);
  if (options.wiped) world.wipe();
  if (isDown && options.killed !== undefined) world.killBefore(options.killed);
  if (isDown) world.survive(() => victim.start());
  else way.running?.(world);
  world.pass(60);
  world.killBefore(Number.POSITIVE_INFINITY);
  return world;
}

function expectQuarantine(world: World, { alarm: code }: Way, live: number): void {
  const { victim, cluster } = world;
  const state = victim.state;
  if (state === undefined) throw new Error('its agent does not run');
  expect(cluster.violation).toBe(undefined);
  expect(state.quarantined).toBe(true);
  const told = (): string =>
    alarmsOf(state).find((each) => each.code === code)?.message ?? 'no such alarm';
  expect(victim.run.add('probe', cluster.poolNames, cluster.nowMs)).toBe(undefined);
  if (live === 0) return expect(told()).not.toMatch(/still in use|no such alarm/);
  expect(told()).toContain(`${live} addresses are still in use here`);
  while (victim.containers.running.length > 1) victim.containers.del(0);
  world.pass(60);
  expect(told()).toContain('1 address is still in use here');
  expect(told()).toContain('in 1 block)');
  victim.containers.del(0);
  world.pass(60);
  expect(told()).not.toMatch(/still in use|no such alarm/);
  expect(victim.run.add('probe', cluster.poolNames, cluster.nowMs)).toBe(undefined);
}

const rows = ways.flatMap((way) => {
  const whens: [When, unknown][] = [
    ['while its agent is down', way.down],
    ['while it runs', way.running],
  ];
  return whens
    .filter(([, how]) => how !== undefined)
    .map(([when]) => ({ way, when, name: way.name }));
});

describe.each(rows)('a member that is $name, $when', ({ way, when }) => {
  it('gives out nothing, and its alarm counts the containers that live', () => {
    expectQuarantine(befallen(way, when, { live: many }), way, many);
  });

  // A member that leaves, and where nothing lives, has left.
  if (!way.needsLive) {
    it('gives out nothing where no container lives, or the run directory was wiped', () => {
      expectQuarantine(befallen(way, when, { live: 0 }), way, 0);
      expectQuarantine(befallen(way, when, { live: many, wiped: true }), way, 0);
    });
  }

  // A start that follows on the kill reads what the copy wrote, and is in order.
  if (!way.endsWithRestart) {
    it('gives out nothing, whatever change its agent is killed before', () => {
      for (let killed = 1, kills = 1; kills > 0; killed += 1) {
        const world = befallen(way, when, { live: many, killed });
        kills = world.kills;
        expectQuarantine(world, way, many);
      }
    });
  }
});

it('a block that is withdrawn only after a copy of the node wrote stays in the register: the copy may use it', () => {
  const way = ways.find(({ name }) => name.startsWith('cloned')) as Way;
  const world = befallen(way, 'while it runs', { live: many });
  const { victim, cluster } = world;
  const committed = (): readonly string[] =>
    cluster.registers.of(victim.member).flatMap(({ holdings }) => {
      return holdings.flatMap(({ use, prefix }) => (use === 'committed' ? [prefix] : []));
    });
  const before = committed();
  expect(before.length).toBeGreaterThan(1);
  for (const prefix of before) victim.take({ type: 'withdrawn', pool: 'default', prefix });
  world.pass(30);
  expect(committed()).toEqual(before);
});

describe('a run directory that was wiped under containers', () => {
  it.each([true, false])(
    'stops the node, and what is missing is not given again (agent down: %s)',
    (isDown) => {
      const world = new World(3, 2, many);
      const { victim, cluster } = world;
      if (isDown) victim.crash('goes down', false);
      world.wipe();
      victim.start();
      victim.pollSoon(1);
      world.pass(60);
      expect(victim.state?.quarantined).toBe(true);
      expect(victim.alarms.map(({ code }) => code)).toContain('wiped');
      expect(victim.run.add('probe', cluster.poolNames, cluster.nowMs)).toBe(undefined);
    },
  );
});

describe('a block in the run directory that the decided estate does not have', () => {
  /** A block of another member lies open at the victim when its agent starts, with one container in it. */
  function strayed(size: number, killed = Number.POSITIVE_INFINITY) {
    const world = new World(size, size - 1, 0);
    const { victim, heir, run, cluster } = world;
    victim.crash('goes down', false);
    const { pool, prefix } = heir.disk.register.estate.holdings[0] as Lying;
    const stray = cluster.space.range(pool, prefix).from;
    run.agentStarted();
    for (const { prefix: own } of run.agentStarted()) run.aim('close', pool, own);
    run.aim('publish', pool, cluster.space.prefixOf(stray));
    const [live = 0] = run.add('stray', [pool]) ?? [];
    expect(live >> 8).toBe(stray);
    world.killBefore(killed);
    world.survive(() => victim.start());
    world.pass(60);
    world.killBefore(Number.POSITIVE_INFINITY);
    return { world, stray, pool };
  }

  it.each([2, 5])(
    'is closed, serves no more, and goes when its containers end (%i members)',
    (size) => {
      for (let killed = 1, kills = 1; kills > 0; killed += 1) {
        const { world, stray, pool } = strayed(size, killed);
        const { victim, run, cluster } = world;
        kills = world.kills;
        const told = (): string =>
          alarmsOf(victim.state as NodeState)
            .map(toText)
            .join();
        expect(victim.state?.quarantined).toBe(false);
        expect(told()).toMatch(/^strays: .*1 address is still in use here.* \(in 1 block\)$/);
        for (let count = 0; count < many; count += 1) {
          const [address = 0] = run.add(`probe-${count}`, [pool]) ?? [];
          expect(address >> 8).not.toBe(stray);
          world.pass(1);
        }
        const lies = (): boolean =>
          run.agentStarted().some(({ prefix }) => prefix === cluster.space.prefixOf(stray));
        run.del('stray');
        victim.pollSoon(1);
        world.pass(60);
        expect(told()).toBe('');
        expect(lies()).toBe(false);
        expect(cluster.violation).toBe(undefined);
      }
    },
  );

  it('holds up a leave while containers live there: what is sealed then would look as if others did it', () => {
    const { world } = strayed(5);
    const { victim, run } = world;
    victim.isLeaving = true;
    victim.take({ type: 'leave' });
    world.pass(120);
    expect(victim.isGone).toBe(false);
    expect(victim.disk.register.estate.sealed).toBe(undefined);
    run.del('stray');
    victim.pollSoon(1);
    world.pass(180);
    expect(victim.isGone).toBe(true);
    expect(victim.alarms.map(({ code }) => code)).toEqual(['strays']);
  });
});
