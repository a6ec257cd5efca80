// One ADD, one address of each family, all or none.

import { isIP } from 'node:net';
import { expect } from '../broken.ts';
import { brief } from '../json.ts';
import type { RuleGroup } from '../rule.ts';
import { isInside } from './prefixes.ts';

export const dualStack: RuleGroup = {
  title: 'Dual stack',
  rules: [
    {
      id: 'dual-1',
      level: 'claim',
      says: 'one ADD gives one address of each range, in their order, each with a gateway of its family',
      source: "the plugin's documentation; 1.1.0, section 5",
      needs: ['dualStack'],
      async check(bench) {
        const { ipam, ranges = [] } = bench.claims.dualStack ?? {};
        const { addresses, ips } = await bench.add({ ipam });
        const fits = ranges.every((range, at) => isInside(addresses[at] ?? '', range));
        expect(fits && addresses.length === ranges.length, `they are ${brief(addresses)}`);
        const strange = ips.find(
          ({ gateway }, at) =>
            gateway !== undefined && isIP(String(gateway)) !== isIP(addresses[at] ?? ''),
        );
        expect(strange === undefined, `gateway is ${brief(strange?.gateway)}`);
      },
    },
    {
      id: 'dual-2',
      level: 'should',
      says: 'DEL frees both',
      source: '1.1.0, section 2, DEL',
      needs: ['reserves', 'dualFew'],
      async check(bench) {
        const { ipam, pairs = 0 } = bench.claims.dualFew ?? {};
        for (let round = 0; round < 3; round++) {
          for (let at = 0; at < pairs; at++) await bench.add({ ipam, id: `c${at}` });
          for (let at = 0; at < pairs; at++) await bench.succeed('DEL', { ipam, id: `c${at}` });
        }
      },
    },
    {
      id: 'dual-3',
      level: 'claim',
      says: 'when one family has no address left, ADD fails and holds none of the other',
      source: "the plugin's documentation; 1.1.0, section 2, Errors",
      needs: ['reserves', 'dualFew'],
      async check(bench) {
        const { ipam, pairs = 0, alone, more = 0 } = bench.claims.dualFew ?? {};
        for (let at = 0; at < pairs; at++) await bench.add({ ipam, id: `c${at}` });
        for (let at = 0; at < more; at++) {
          const { status } = await bench.call('ADD', { ipam, id: `failed-${at}` });
          expect(status !== 0, 'ADD does not fail');
        }
        for (let at = pairs; at < more; at++) {
          const { status } = await bench.call('ADD', { ipam: alone, id: `next-${at}` });
          expect(status === 0, 'an address of the other family is lost');
        }
      },
    },
  ],
};
