// DEL frees what an attachment holds, by the attachment alone, and never stands in a runtime's way.

import { rmSync } from 'node:fs';
import { said } from '../bench.ts';
import { each, expect } from '../broken.ts';
import type { JsonObject } from '../json.ts';
import type { RuleGroup } from '../rule.ts';
import { fillUp } from './fillUp.ts';

const PREVIOUS: readonly (readonly [string, JsonObject])[] = [
  ['absent', {}],
  ['empty', { prevResult: {} }],
];

export const del: RuleGroup = {
  title: 'DEL',
  rules: [
    {
      id: 'del-1',
      level: 'must',
      says: 'DEL succeeds after ADD with its result, at each version',
      source: '1.1.0, section 2, DEL',
      check: (bench) =>
        each(
          bench.versions,
          (version) => version,
          async (version) => {
            const { result } = await bench.add({ version });
            await bench.succeed('DEL', { version, config: { prevResult: result } });
          },
        ),
    },
    {
      id: 'del-2',
      level: 'must',
      says: 'DEL succeeds a second and a third time',
      source: '1.1.0, section 2, DEL',
      async check(bench) {
        await bench.add();
        for (let round = 0; round < 3; round++) await bench.succeed('DEL');
      },
    },
    {
      id: 'del-3',
      level: 'must',
      says: 'DEL of an attachment that was never added succeeds',
      source: '1.1.0, section 2, DEL',
      async check(bench) {
        await bench.succeed('DEL', { id: 'never-added' });
      },
    },
    {
      id: 'del-4',
      level: 'must',
      says: 'DEL works without CNI_NETNS, and with one that is gone',
      source: '1.1.0, section 2, DEL',
      check: (bench) =>
        each(
          [undefined, '', '/run/netns/gone'],
          (netns) => `CNI_NETNS ${JSON.stringify(netns) ?? 'absent'}`,
          async (netns) => {
            await bench.add();
            await bench.succeed('DEL', { env: { CNI_NETNS: netns } });
          },
        ),
    },
    {
      id: 'del-5',
      level: 'should',
      says: 'DEL works without `prevResult` and with an empty one',
      source: '1.1.0, section 2, DEL',
      check: (bench) =>
        each(
          PREVIOUS,
          ([name]) => name,
          async ([, config]) => {
            await bench.add();
            await bench.succeed('DEL', { config });
          },
        ),
    },
    {
      id: 'del-6',
      level: 'should',
      says: 'DEL after an ADD that failed succeeds',
      source: '1.1.0, section 3, Lifecycle & Ordering',
      needs: ['reserves', 'few'],
      async check(bench) {
        await fillUp(bench);
        const ipam = bench.claims.few?.ipam;
        const answer = await bench.call('ADD', { ipam, id: 'failed' });
        expect(answer.status !== 0, 'ADD does not fail with no address left');
        await bench.succeed('DEL', { ipam, id: 'failed' });
      },
    },
    {
      id: 'del-7',
      level: 'should',
      says: 'DEL frees the address',
      source: '1.1.0, section 2, DEL',
      needs: ['reserves', 'few'],
      async check(bench) {
        await fillUp(bench);
        const ipam = bench.claims.few?.ipam;
        await bench.succeed('DEL', { ipam, id: 'fill-1' });
        await bench.add({ ipam, id: 'next' });
      },
    },
    {
      id: 'del-8',
      level: 'should',
      says: 'DEL frees nothing of another interface, nor of another container',
      source: '1.1.0, section 3, Attachment Parameters',
      needs: ['reserves', 'few'],
      async check(bench) {
        await fillUp(bench);
        const ipam = bench.claims.few?.ipam;
        await bench.succeed('DEL', { ipam, id: 'fill-1', ifname: 'eth1' });
        await bench.succeed('DEL', { ipam, id: 'fill' });
        const answer = await bench.call('ADD', { ipam, id: 'next' });
        expect(answer.status !== 0, 'an address became free');
      },
    },
    {
      id: 'del-9',
      level: 'should',
      says: 'DEL goes by the attachment: a `prevResult` with the address of another frees nothing of it',
      source: '1.1.0, section 2, DEL; section 3, Attachment Parameters',
      needs: ['reserves', 'few'],
      async check(bench) {
        const ipam = bench.claims.few?.ipam;
        const other = await bench.add({ ipam, id: 'other' });
        await fillUp(bench, 1);
        const config = { prevResult: other.result };
        await bench.succeed('DEL', { ipam, id: 'never-added', config });
        const answer = await bench.call('ADD', { ipam, id: 'next' });
        expect(answer.status !== 0, 'the address of the other became free');
      },
    },
    {
      id: 'del-10',
      level: 'should',
      says: 'DEL succeeds when all state of the plugin is gone',
      source: '1.1.0, section 2, DEL',
      async check(bench) {
        await bench.add();
        rmSync(bench.state, { recursive: true, force: true });
        const answer = await bench.call('DEL');
        expect(answer.status === 0, said(answer));
      },
    },
    {
      id: 'del-11',
      level: 'claim',
      says: 'DEL frees the address also when the configuration has lost all but what says where the state is',
      source: "the plugin's documentation",
      needs: ['delNeeds', 'few'],
      async check(bench) {
        await fillUp(bench);
        const needed = new Set(bench.claims.delNeeds);
        const lost = Object.keys(bench.ipam).filter((key) => !needed.has(key));
        const ipam = Object.fromEntries(lost.map((key) => [key, null]));
        await bench.succeed('DEL', { ipam, id: 'fill-1' });
        await bench.add({ ipam: bench.claims.few?.ipam, id: 'next' });
      },
    },
  ],
};
