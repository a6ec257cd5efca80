import { describe, expect, test } from 'vitest';
import type { Route } from './desired.ts';
import { createRouteTable, parseRoutes, type RouteChange, type RouteTable } from './kernel.ts';
import { createRoutes, type RouteProblem, routeChanges } from './routes.ts';

function fakeTable(initial: readonly Route[] = []): RouteTable & { rows: Map<string, string> } {
  const rows = new Map(initial.map((route) => [route.prefix, route.via]));
  return {
    rows,
    async list() {
      return [...rows].map(([prefix, via]) => ({ prefix, via }));
    },
    async apply(changes) {
      for (const { action, route } of changes) {
        if (action === 'delete') rows.delete(route.prefix);
        else rows.set(route.prefix, route.via);
      }
      return [];
    },
  };
}

const a: Route = { prefix: '10.0.0.0/24', via: '192.0.2.1' };
const b: Route = { prefix: '10.0.1.0/24', via: '192.0.2.2' };

describe('the changes of a round', () => {
  test('nothing when all is there', () => {
    expect(routeChanges([a, b], [b, a])).toEqual([]);
  });
  test('additions come before removals, and a moved prefix is replaced', () => {
    const moved = { ...b, via: '192.0.2.9' };
    const gone: Route = { prefix: '10.0.2.0/24', via: '192.0.2.3' };
    expect(routeChanges([gone, b], [a, moved])).toEqual([
      { action: 'add', route: a },
      { action: 'replace', route: moved },
      { action: 'delete', route: gone },
    ]);
  });
});

describe('reconciling', () => {
  test('a burst of updates makes few rounds and ends in the last wish', async () => {
    const table = fakeTable([{ prefix: '10.9.0.0/24', via: '192.0.2.9' }]);
    let rounds = 0;
    let wanted: Route[] = [];
    const routes = createRoutes({
      table,
      minGapMs: 1,
      desired: () => {
        rounds += 1;
        return { routes: wanted, unroutable: [] };
      },
    });
    for (let i = 0; i < 1000; i++) {
      wanted = [a, { ...b, via: `192.0.2.${i % 200}` }];
      routes.update();
    }
    await routes.settled();
    await routes.stop();
    expect([...table.rows]).toEqual([
      [a.prefix, a.via],
      [b.prefix, '192.0.2.199'],
    ]);
    expect(rounds).toBeLessThan(5);
  });

  test('a table that cannot be read is a problem, and the next round tries again', async () => {
    const table = fakeTable();
    let broken = true;
    const seen: (readonly RouteProblem[])[] = [];
    const routes = createRoutes({
      minGapMs: 1,
      table: {
        list: () => (broken ? Promise.reject(new Error('no ip here')) : table.list()),
        apply: table.apply,
      },
      desired: () => ({ routes: [a], unroutable: [] }),
      onProblems: (problems) => seen.push(problems),
    });
    await routes.settled();
    broken = false;
    await routes.settled();
    await routes.stop();
    expect(seen[0]).toEqual([{ prefix: '', reason: 'no ip here' }]);
    expect(seen.at(-1)).toEqual([]);
    expect([...table.rows]).toEqual([[a.prefix, a.via]]);
  });
});

describe('the kernel table', () => {
  test('writes one batch and reads which lines were refused', async () => {
    const inputs: string[] = [];
    const table = createRouteTable(async (args, input) => {
      expect(args).toEqual(['-force', '-batch', '-']);
      inputs.push(input);
      const stderr =
        'Error: Nexthop has invalid gateway.\nCommand failed -:1\n' +
        'RTNETLINK answers: File exists\nCommand failed -:3\n';
      return { stdout: '', stderr, status: 1 };
    });
    const changes: readonly RouteChange[] = [
      { action: 'add', route: a },
      { action: 'replace', route: b },
      { action: 'add', route: { prefix: 'fd00::/64', via: '2001:db8::1' } },
      { action: 'delete', route: a },
    ];
    expect(await table.apply(changes)).toEqual([
      { change: changes[0], reason: 'Nexthop has invalid gateway.' },
      { change: changes[2], reason: 'File exists' },
    ]);
    expect(inputs).toEqual([
      'route add 10.0.0.0/24 via 192.0.2.1 proto 104\n' +
        'route replace 10.0.1.0/24 via 192.0.2.2 proto 104\n' +
        'route add fd00::/64 via 2001:db8::1 proto 104\n' +
        'route del 10.0.0.0/24 via 192.0.2.1 proto 104\n',
    ]);
  });

  test('reads host routes and an empty table', () => {
    const json = '[{"dst":"10.0.0.1","gateway":"192.0.2.1"},{"dst":"10.1.0.0/16","dev":"eth0"}]';
    expect(parseRoutes(json, 32)).toEqual([
      { prefix: '10.0.0.1/32', via: '192.0.2.1' },
      { prefix: '10.1.0.0/16', via: '' },
    ]);
    expect(parseRoutes('', 128)).toEqual([]);
  });

  test('a failure that names no line is thrown', async () => {
    const table = createRouteTable(async () => ({ stdout: '', stderr: 'bad', status: 255 }));
    await expect(table.apply([{ action: 'add', route: a }])).rejects.toThrow('bad');
  });
});
