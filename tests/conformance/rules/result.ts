// What ADD answers: an abbreviated result, shaped for the version asked.

import { isIP } from 'node:net';
import { bare } from '../bench.ts';
import { each, expect } from '../broken.ts';
import { brief, isObject } from '../json.ts';
import type { RuleGroup } from '../rule.ts';
import { everyAdd, versionsOf } from './everyVersion.ts';
import { isCidr } from './prefixes.ts';

export const result: RuleGroup = {
  title: 'The result of ADD',
  rules: [
    {
      id: 'result-1',
      level: 'must',
      says: 'ADD prints one JSON object and nothing else, and exits with 0',
      source: '1.1.0, section 5',
      check: (bench) => everyAdd(bench, () => undefined),
    },
    {
      id: 'result-2',
      level: 'must',
      says: '`cniVersion` is the version of the request',
      source: '1.1.0, section 5, ADD Success',
      check: (bench) =>
        everyAdd(bench, ({ result: { cniVersion } }, version) => {
          expect(cniVersion === version, `it is ${brief(cniVersion)}`);
        }),
    },
    {
      id: 'result-3',
      level: 'must',
      says: 'there is no `interfaces`, and no `interface` in `ips`',
      source: '1.1.0, section 5, Delegated plugins (IPAM)',
      check: (bench) =>
        everyAdd(bench, ({ result: answer, ips }) => {
          expect(!('interfaces' in answer), 'interfaces is there');
          expect(!ips.some((ip) => 'interface' in ip), 'ips has an interface');
        }),
    },
    {
      id: 'result-4',
      level: 'must',
      says: '`ips` has at least one address, each with its prefix length',
      source: '1.1.0, section 4; section 5, ADD Success',
      check: (bench) =>
        everyAdd(bench, ({ ips }) => {
          expect(ips.length > 0, 'ips is empty');
          const strange = ips.find(({ address }) => !isCidr(address));
          expect(strange === undefined, `${strange?.address} is no address in CIDR notation`);
        }),
    },
    {
      id: 'result-5',
      level: 'must',
      says: 'before 1.0.0 each address says its family in `version`',
      source: '0.3.0 to 0.4.0, IPs',
      needs: ['before 1.0.0'],
      check: (bench) =>
        everyAdd(
          bench,
          ({ ips }) => {
            const strange = ips.find((ip) => ip['version'] !== String(isIP(bare(ip.address))));
            expect(strange === undefined, `version is ${brief(strange?.['version'])}`);
          },
          versionsOf(bench, '0.3.0', '1.0.0'),
        ),
    },
    {
      id: 'result-6',
      level: 'must',
      says: 'from 1.0.0 on there is no `version` in `ips`',
      source: '1.0.0, section 5, Success',
      needs: ['1.0.0'],
      check: (bench) =>
        everyAdd(
          bench,
          ({ ips }) => expect(!ips.some((ip) => 'version' in ip), 'there is one'),
          versionsOf(bench, '1.0.0'),
        ),
    },
    {
      id: 'result-7',
      level: 'must',
      says: 'a gateway is an address of the same family without a prefix length',
      source: '1.1.0, section 5, ADD Success; 0.4.0, IPs',
      check: (bench) =>
        everyAdd(bench, ({ ips }) => {
          const strange = ips.find(
            ({ address, gateway }) =>
              gateway !== undefined && isIP(String(gateway)) !== isIP(bare(address)),
          );
          expect(strange === undefined, `gateway is ${brief(strange?.gateway)}`);
        }),
    },
    {
      id: 'result-8',
      level: 'must',
      says: '`routes` and `dns`, where they are there, are a list and an object',
      source: '1.1.0, section 5, ADD Success',
      check: (bench) =>
        everyAdd(bench, ({ result: { routes = [], dns = {} } }) => {
          expect(Array.isArray(routes), 'routes is no list');
          expect(isObject(dns), 'dns is no object');
        }),
    },
    {
      id: 'result-9',
      level: 'must',
      says: 'ADD accepts a `prevResult`',
      source: '1.1.0, section 2, ADD',
      check: (bench) =>
        each(
          bench.versions,
          (version) => version,
          async (version) => {
            const id = `v${version.replaceAll('.', '-')}`;
            const family = version < '1.0.0' ? { version: '4' } : {};
            const ips = [{ ...family, address: '192.0.2.9/24', interface: 0 }];
            const interfaces = [{ name: 'eth9', sandbox: '/run/netns/conformance' }];
            const prevResult = { cniVersion: version, interfaces, ips, routes: [], dns: {} };
            await bench.add({ version, id, config: { prevResult } });
          },
        ),
    },
  ],
};
