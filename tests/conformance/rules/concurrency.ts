// Many containers at once: runtimes start them in parallel, and no runtime locks for a plugin.

import { givenBy } from '../bench.ts';
import { expect } from '../broken.ts';
import type { RuleGroup } from '../rule.ts';
import { fillUp } from './fillUp.ts';

const SOURCE = '1.1.0, section 3, Lifecycle & Ordering';
const MANY = 32;

export const concurrency: RuleGroup = {
  title: 'Concurrency',
  rules: [
    {
      id: 'concurrency-1',
      level: 'must',
      says: `${MANY} ADDs at once all succeed, with different addresses`,
      source: SOURCE,
      needs: ['reserves'],
      async check(bench) {
        const ids = Array.from({ length: MANY }, (_, at) => `c${at}`);
        const all = await Promise.all(ids.map((id) => bench.add({ id })));
        const given = all.flatMap(({ addresses }) => addresses);
        expect(new Set(given).size === given.length, 'an address is given twice');
      },
    },
    {
      id: 'concurrency-2',
      level: 'must',
      says: 'when more ask at once than there are addresses, as many get one as there are, and no two the same',
      source: SOURCE,
      needs: ['reserves', 'few'],
      async check(bench) {
        const { ipam, addresses = 0 } = bench.claims.few ?? {};
        const ids = Array.from({ length: 2 * addresses }, (_, at) => `c${at}`);
        const answers = await Promise.all(ids.map((id) => bench.call('ADD', { ipam, id })));
        const won = answers.filter(({ status }) => status === 0);
        const given = won.flatMap((answer) => givenBy(answer).addresses);
        expect(new Set(given).size === given.length, 'an address is given twice');
        expect(won.length === addresses, 'fewer get one than there are');
      },
    },
    {
      id: 'concurrency-3',
      level: 'must',
      says: 'ADDs and DELs of different containers at once leave nothing behind',
      source: SOURCE,
      needs: ['reserves', 'few'],
      async check(bench) {
        const { ipam, addresses = 0 } = bench.claims.few ?? {};
        const half = Math.floor(addresses / 2);
        let live: readonly string[] = [];
        for (let round = 0; round < 4; round++) {
          const next = Array.from({ length: half }, (_, at) => `r${round}-${at}`);
          await Promise.all([
            ...live.map((id) => bench.succeed('DEL', { ipam, id })),
            ...next.map((id) => bench.add({ ipam, id })),
          ]);
          live = next;
        }
        await Promise.all(live.map((id) => bench.succeed('DEL', { ipam, id })));
        await fillUp(bench);
      },
    },
    {
      id: 'concurrency-4',
      level: 'must',
      says: `CHECKs and ADDs at once, ${MANY} in all, succeed`,
      source: SOURCE,
      needs: ['CHECK', 'reserves'],
      async check(bench) {
        const { result } = await bench.add();
        const config = { prevResult: result };
        const ids = Array.from({ length: MANY / 2 }, (_, at) => `c${at + 2}`);
        await Promise.all(
          ids.flatMap((id): Promise<unknown>[] => [
            bench.add({ id }),
            bench.succeed('CHECK', { config }),
          ]),
        );
      },
    },
  ],
};
