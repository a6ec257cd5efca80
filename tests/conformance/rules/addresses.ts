// Which addresses are given: each to one attachment only, all of them, and again when they are free.

import { said } from '../bench.ts';
import { expect } from '../broken.ts';
import { brief } from '../json.ts';
import type { RuleGroup } from '../rule.ts';
import { emptyAgain, fillUp } from './fillUp.ts';

const CLAIM = "the plugin's documentation";

export const addresses: RuleGroup = {
  title: 'Addresses',
  rules: [
    {
      id: 'addresses-1',
      level: 'claim',
      says: 'no address is given twice, one after the other',
      source: CLAIM,
      needs: ['reserves'],
      async check(bench) {
        const given: string[] = [];
        for (let at = 0; at < 24; at++)
          given.push(...(await bench.add({ id: `c${at}` })).addresses);
        const again = given.find((address, at) => given.indexOf(address) !== at);
        expect(again === undefined, `${again} is given twice`);
      },
    },
    {
      id: 'addresses-2',
      level: 'claim',
      says: 'all addresses of a range can be given, and not one more: then ADD fails with code 11 or one of its own',
      source: CLAIM,
      needs: ['reserves', 'few'],
      async check(bench) {
        await fillUp(bench);
        const answer = await bench.call('ADD', { ipam: bench.claims.few?.ipam, id: 'next' });
        expect(answer.status !== 0, `ADD succeeds: ${said(answer)}`);
        const code = Number(answer.json?.['code']);
        expect(code === 11 || code >= 100, said(answer));
      },
    },
    {
      id: 'addresses-3',
      level: 'claim',
      says: "the gateway is nobody's address",
      source: CLAIM,
      needs: ['reserves', 'few'],
      async check(bench) {
        const { ips } = await bench.add({ ipam: bench.claims.few?.ipam });
        const gateway = String(ips[0]?.gateway);
        await bench.succeed('DEL', { ipam: bench.claims.few?.ipam });
        const given = await fillUp(bench);
        expect(!given.includes(gateway), `${brief(gateway)} is given`);
      },
    },
    {
      id: 'addresses-4',
      level: 'should',
      says: 'what is freed is given again: a range can be used up three times over',
      source: '1.1.0, section 2, DEL',
      needs: ['reserves', 'few'],
      async check(bench) {
        for (let round = 0; round < 3; round++) {
          await fillUp(bench);
          await emptyAgain(bench);
        }
      },
    },
    {
      id: 'addresses-5',
      level: 'should',
      says: 'ADDs that fail use nothing up',
      source: '1.1.0, section 2, Errors',
      needs: ['reserves', 'few'],
      async check(bench) {
        const ipam = bench.claims.few?.ipam;
        const bad = [
          { id: 'a/b' },
          { version: '99.0.0' },
          { config: { name: '..' } },
          { env: { CNI_NETNS: undefined } },
          { env: { CNI_ARGS: 'IP=192.0.2.300' } },
        ];
        for (const options of bad) {
          const { status } = await bench.call('ADD', { id: 'failed', ipam, ...options });
          if (status === 0) await bench.succeed('DEL', { ipam, id: 'failed' });
        }
        await fillUp(bench);
      },
    },
  ],
};
