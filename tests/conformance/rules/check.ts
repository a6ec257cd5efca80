// CHECK compares what a runtime was told with what is held.

import type { Bench, Given } from '../bench.ts';
import { said } from '../bench.ts';
import { each, expect } from '../broken.ts';
import type { JsonObject } from '../json.ts';
import type { RuleGroup } from '../rule.ts';
import { versionsOf } from './everyVersion.ts';

/** CHECK of this attachment with this result in `prevResult`. */
async function mustFail(bench: Bench, prevResult: JsonObject | null, id = 'c1'): Promise<void> {
  const answer = await bench.call('CHECK', { id, config: { prevResult } });
  expect(answer.status !== 0, `CHECK succeeds: ${said(answer)}`);
}

/** The result as a main plugin makes it of ours, with interfaces, an address and a route of others. */
function asMainPlugin({ result, ips }: Given): JsonObject {
  const interfaces = [{ name: 'cni0' }, { name: 'eth0', sandbox: '/run/netns/conformance' }];
  const theirs = { address: '203.0.113.77/24', interface: 1 };
  const all = [theirs, ...ips.map((ip) => ({ ...ip, interface: 1 }))];
  return { ...result, interfaces, ips: all, routes: [{ dst: '198.51.100.0/24' }] };
}

export const check: RuleGroup = {
  title: 'CHECK',
  rules: [
    {
      id: 'check-1',
      level: 'must',
      says: 'CHECK succeeds right after ADD with its result, at each version that has it',
      source: '1.1.0, section 2, CHECK',
      needs: ['CHECK'],
      check: (bench) =>
        each(
          versionsOf(bench, '0.4.0'),
          (version) => version,
          async (version) => {
            const { result } = await bench.add({ version });
            await bench.succeed('CHECK', { version, config: { prevResult: result } });
            await bench.succeed('DEL', { version });
          },
        ),
    },
    {
      id: 'check-2',
      level: 'must',
      says: 'a CHECK that succeeds prints nothing',
      source: '0.4.0, Parameters, CHECK',
      needs: ['CHECK'],
      async check(bench) {
        const { result } = await bench.add();
        const answer = await bench.succeed('CHECK', { config: { prevResult: result } });
        expect(answer.stdout === '', said(answer));
      },
    },
    {
      id: 'check-3',
      level: 'must',
      says: 'interfaces, addresses and routes of other plugins in `prevResult` are no error',
      source: '1.1.0, section 2, CHECK',
      needs: ['CHECK'],
      async check(bench) {
        const given = await bench.add();
        await bench.succeed('CHECK', { config: { prevResult: asMainPlugin(given) } });
      },
    },
    {
      id: 'check-4',
      level: 'must',
      says: 'CHECK consults `prevResult`: one without the address that was given is an error',
      source: '1.1.0, section 2, CHECK',
      needs: ['CHECK'],
      async check(bench) {
        const { result, ips } = await bench.add();
        const others = ips.map((ip) => ({
          ...ip,
          address: ip.address.includes(':') ? '2001:db8:77::7/64' : '203.0.113.77/24',
        }));
        await mustFail(bench, { ...result, ips: others });
      },
    },
    {
      id: 'check-5',
      level: 'should',
      says: 'CHECK without `prevResult` is an error',
      source: '1.1.0, section 2, CHECK',
      needs: ['CHECK'],
      async check(bench) {
        await bench.add();
        await mustFail(bench, null);
      },
    },
    {
      id: 'check-6',
      level: 'should',
      says: 'CHECK fails when `prevResult` has the address of another attachment',
      source: '1.1.0, section 2, CHECK',
      needs: ['CHECK', 'reserves'],
      async check(bench) {
        await bench.add();
        const other = await bench.add({ id: 'c2' });
        await mustFail(bench, other.result);
      },
    },
    {
      id: 'check-7',
      level: 'should',
      says: 'CHECK of an attachment that was never added is an error',
      source: '1.1.0, section 2, CHECK (IP reservations)',
      needs: ['CHECK', 'reserves'],
      async check(bench) {
        const { result } = await bench.add();
        await mustFail(bench, result, 'never-added');
      },
    },
    {
      id: 'check-8',
      level: 'should',
      says: 'CHECK after DEL is an error',
      source: '1.1.0, section 2, CHECK (IP reservations)',
      needs: ['CHECK', 'reserves'],
      async check(bench) {
        const { result } = await bench.add();
        await bench.succeed('DEL');
        await mustFail(bench, result);
      },
    },
  ],
};
