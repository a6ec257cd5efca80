// What a plugin makes of its configuration: what is its own it follows, what is not it leaves alone.

import { said } from '../bench.ts';
import { each, expect } from '../broken.ts';
import { brief, type JsonObject, sameJson } from '../json.ts';
import type { RuleGroup } from '../rule.ts';
import { everyAdd } from './everyVersion.ts';
import { isInside } from './prefixes.ts';

/** Keys of others that stand in the configuration which an IPAM plugin is handed. */
const FOREIGN: readonly (readonly [string, JsonObject])[] = [
  ['a key of the main plugin', { bridge: 'cni0', isGateway: true, keyA: ['some', { more: 1 }] }],
  ['a key of the protocol', { disableCheck: true, 'cni.dev/not-yet-known': { a: 1 } }],
  ['runtimeConfig', { runtimeConfig: { portMappings: [{ hostPort: 80 }], notYetKnown: 1 } }],
  ['args', { args: { cni: { labels: [{ key: 'a', value: 'b' }] }, other: { x: 1 } } }],
];

export const configuration: RuleGroup = {
  title: 'Configuration',
  rules: [
    {
      id: 'configuration-1',
      level: 'must',
      says: 'keys of other plugins and of the protocol are no error',
      source: '1.1.0, section 4, Delegated Plugin protocol; CONVENTIONS.md',
      check: (bench) =>
        each(
          FOREIGN,
          ([name]) => name,
          async ([, config]) => {
            await bench.add({ config });
            await bench.succeed('DEL', { config });
          },
        ),
    },
    {
      id: 'configuration-2',
      level: 'must',
      says: 'an unknown key of `ipam` is ignored, or refused by name',
      source: '1.1.0, section 1, Other keys; section 5, code 2',
      async check(bench) {
        const answer = await bench.call('ADD', { ipam: { notYetKnown: 'someValue' } });
        const text = `${answer.json?.['msg']} ${answer.json?.['details']}`;
        expect(answer.status === 0 || text.includes('notYetKnown'), said(answer));
      },
    },
    {
      id: 'configuration-3',
      level: 'claim',
      says: 'each address is inside its range',
      source: "the plugin's documentation",
      needs: ['ranges'],
      check: (bench) =>
        everyAdd(bench, ({ addresses }) => {
          const ranges = bench.claims.ranges ?? [];
          expect(addresses.length === ranges.length, `there are ${addresses.length} addresses`);
          addresses.forEach((address, at) => {
            expect(isInside(address, ranges[at] ?? []), `address ${at + 1} is outside`);
          });
        }),
    },
    {
      id: 'configuration-4',
      level: 'claim',
      says: 'the gateways are those of the configuration',
      source: "the plugin's documentation",
      needs: ['gateways'],
      check: (bench) =>
        everyAdd(bench, ({ ips }) => {
          const gateways = ips.map(({ gateway }) => gateway);
          expect(sameJson(gateways, bench.claims.gateways), `they are ${brief(gateways)}`);
        }),
    },
    {
      id: 'configuration-5',
      level: 'claim',
      says: 'the routes are those of the configuration',
      source: "the plugin's documentation",
      needs: ['routes'],
      async check(bench) {
        const { result } = await bench.add({ ipam: bench.claims.routes?.ipam });
        const { routes } = result;
        expect(sameJson(routes, bench.claims.routes?.expected), `they are ${brief(routes)}`);
      },
    },
    {
      id: 'configuration-6',
      level: 'claim',
      says: 'the DNS configuration is that of the configuration',
      source: "the plugin's documentation",
      needs: ['dns'],
      async check(bench) {
        const { result } = await bench.add({ ipam: bench.claims.dns?.ipam });
        expect(
          sameJson(result['dns'], bench.claims.dns?.expected),
          `it is ${brief(result['dns'])}`,
        );
      },
    },
  ],
};
