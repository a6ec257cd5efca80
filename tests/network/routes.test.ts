// Routes by host-gw in a real kernel, inside namespaces of their own.

import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { DesiredRoutes } from '../../packages/node-agent/src/routes/desired.ts';
import {
  createRouteTable,
  routeProtocol,
  runIp,
} from '../../packages/node-agent/src/routes/kernel.ts';
import {
  createRoutes,
  type RouteProblem,
  type Routes,
} from '../../packages/node-agent/src/routes/routes.ts';
import { createCleanup } from '../support/cleanup.ts';
import { createLan, type Host, ip } from '../support/namespaces.ts';
import { requires } from '../support/requires.ts';

const blocked = requires({ root: true, binaries: ['ip'], netns: true });

describe.skipIf(blocked)('routes by host-gw', () => {
  const cleanup = createCleanup();
  let host: Host;
  let wanted: DesiredRoutes;
  let problems: readonly RouteProblem[];

  beforeAll(async () => {
    host = await (await createLan(cleanup)).addHost('h1', '192.0.2.1');
    await ip(host, ['address', 'add', '2001:db8::1/64', 'dev', 'eth0', 'nodad']);
  });
  afterAll(() => cleanup.run());
  beforeEach(async () => {
    for (const family of ['-4', '-6'])
      await ip(host, [family, 'route', 'flush', 'proto', `${routeProtocol}`]);
    wanted = { routes: [], unroutable: [] };
    problems = [];
  });

  function start(): Routes {
    return createRoutes({
      desired: () => wanted,
      table: createRouteTable((args, input) => runIp(['-n', host.name, ...args], input)),
      onProblems: (found) => {
        problems = found;
      },
    });
  }
  async function whole(): Promise<readonly string[]> {
    const listed = await Promise.all(['-4', '-6'].map((f) => ip(host, [f, 'route', 'show'])));
    return listed.join('').split('\n').filter(Boolean);
  }
  async function ours(): Promise<readonly string[]> {
    const lines = (await whole()).filter((line) => line.includes(`proto ${routeProtocol}`));
    return lines.map((line) => line.split(' ').slice(0, 3).join(' ')).sort();
  }
  const wants = (...pairs: readonly (readonly [string, string])[]): void => {
    wanted = { routes: pairs.map(([prefix, via]) => ({ prefix, via })), unroutable: [] };
  };

  test('come, move, are restored and go, and nothing else is touched', async () => {
    await ip(host, ['route', 'add', '198.51.100.0/24', 'via', '192.0.2.9', 'proto', 'static']);
    const before = await whole();
    wants(['10.0.0.0/24', '192.0.2.2'], ['fd00::/64', '2001:db8::2'], ['10.0.9.1/32', '192.0.2.3']);
    const routes = start();
    await routes.settled();
    const three = [
      '10.0.0.0/24 via 192.0.2.2',
      '10.0.9.1 via 192.0.2.3',
      'fd00::/64 via 2001:db8::2',
    ];
    expect(await ours()).toEqual(three);

    await ip(host, ['route', 'del', '10.0.0.0/24']);
    await routes.settled();
    expect(await ours()).toEqual(three);

    wants(
      ['10.0.0.0/25', '192.0.2.2'],
      ['10.0.0.128/25', '192.0.2.3'],
      ['fd00::/64', '2001:db8::3'],
    );
    await routes.settled();
    expect(await ours()).toEqual([
      '10.0.0.0/25 via 192.0.2.2',
      '10.0.0.128/25 via 192.0.2.3',
      'fd00::/64 via 2001:db8::3',
    ]);
    await routes.stop();
    expect(await ours()).toHaveLength(3);

    wants();
    const again = start();
    await again.settled();
    await again.stop();
    expect(problems).toEqual([]);
    expect(await whole()).toEqual(before);
  });

  test('that cannot be are told with the reason, and the others come all the same', async () => {
    await ip(host, ['route', 'add', '10.1.0.0/24', 'via', '192.0.2.9', 'proto', 'static']);
    wants(
      ['10.0.0.0/24', '203.0.113.1'],
      ['10.1.0.0/24', '192.0.2.2'],
      ['10.2.0.0/24', '192.0.2.2'],
    );
    const routes = start();
    await routes.settled();
    expect(await ours()).toEqual(['10.2.0.0/24 via 192.0.2.2']);
    expect(problems).toMatchObject([
      {
        prefix: '10.0.0.0/24',
        reason: expect.stringContaining('host-gw needs all nodes on one link'),
      },
      { prefix: '10.1.0.0/24', reason: expect.stringContaining('another program has a route') },
    ]);
    expect(await whole()).toContainEqual(
      expect.stringMatching(/^10\.1\.0\.0\/24 via 192\.0\.2\.9.*static/),
    );
    await ip(host, ['route', 'del', '10.1.0.0/24', 'proto', 'static']);
    await routes.settled();
    expect(problems).toHaveLength(1);
    await routes.stop();
  });
});
