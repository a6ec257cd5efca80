// ADD for an attachment that is there already: runtimes should not, and do after a lost answer.

import { givenBy, said } from '../bench.ts';
import { each, expect } from '../broken.ts';
import { brief, sameJson } from '../json.ts';
import type { RuleGroup } from '../rule.ts';
import { fillUp } from './fillUp.ts';

export const repeatedAdd: RuleGroup = {
  title: 'Repeated ADD',
  rules: [
    {
      id: 'repeat-1',
      level: 'should',
      says: 'a repeated ADD answers the same addresses or an error, never further ones',
      source: '1.1.0, section 2, ADD',
      async check(bench) {
        const first = await bench.add();
        const again = await bench.call('ADD');
        if (again.status !== 0) return;
        const { addresses } = givenBy(again);
        expect(sameJson(addresses, first.addresses), `answers ${brief(addresses)}`);
      },
    },
    {
      id: 'repeat-2',
      level: 'claim',
      says: 'a repeated ADD of a container that has its address is refused, and what it has stays',
      source:
        "the plugin's documentation; ptp and bridge take back by DEL what a repeated ADD was given",
      needs: ['refusesRepeats', 'reserves', 'few'],
      async check(bench) {
        const ipam = bench.claims.few?.ipam;
        const { addresses } = await bench.add({ ipam });
        await each(
          bench.versions,
          (version) => version,
          async (version) => {
            const again = await bench.call('ADD', { ipam, version });
            expect(again.status !== 0, said(again));
          },
        );
        for (let other = 1; other < (bench.claims.few?.addresses ?? 0); other++) {
          const given = await bench.add({ ipam, id: `other-${other}` });
          const shared = given.addresses.find((address) => addresses.includes(address));
          expect(shared === undefined, `${shared} is given to another container`);
        }
      },
    },
    {
      id: 'repeat-3',
      level: 'should',
      says: 'one DEL frees all that repeated ADDs hold',
      source: '1.1.0, section 2, DEL',
      needs: ['reserves', 'few'],
      async check(bench) {
        const ipam = bench.claims.few?.ipam;
        for (let round = 0; round < 4; round++) await bench.call('ADD', { ipam });
        await bench.succeed('DEL', { ipam });
        await fillUp(bench);
      },
    },
    {
      id: 'repeat-4',
      level: 'must',
      says: 'another interface of the same container is another attachment',
      source: '1.1.0, section 2, ADD; section 3',
      async check(bench) {
        const first = await bench.add();
        const second = await bench.add({ ifname: 'eth1' });
        if (bench.claims.reserves === undefined) return;
        const shared = second.addresses.find((address) => first.addresses.includes(address));
        expect(shared === undefined, `both have ${shared}`);
      },
    },
    {
      id: 'repeat-5',
      level: 'should',
      says: 'a repeated ADD that requests another address gives none beside the first',
      source:
        '1.1.0, section 2, ADD ("more than once only if ... with a different interface name")',
      needs: ['reserves', 'CNI_ARGS'],
      async check(bench) {
        const first = await bench.add();
        const env = { CNI_ARGS: `IP=${bench.claims.requests?.free[0]}` };
        const again = await bench.call('ADD', { env });
        if (again.status !== 0) return;
        const { addresses } = givenBy(again);
        expect(sameJson(addresses, first.addresses), `it is given, the first is held too`);
      },
    },
    {
      id: 'repeat-6',
      level: 'must',
      says: 'after DEL the same attachment can be added again',
      source: '1.1.0, section 2, ADD',
      async check(bench) {
        for (let round = 0; round < 3; round++) {
          const answer = await bench.call('ADD');
          expect(answer.status === 0, `round ${round + 1}: ${said(answer)}`);
          await bench.succeed('DEL');
        }
      },
    },
  ],
};
