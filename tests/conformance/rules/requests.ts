// Addresses that a runtime asks for, in the three ways of CONVENTIONS.md.

import type { Bench, CallOptions } from '../bench.ts';
import { bare, givenBy, said } from '../bench.ts';
import { expect } from '../broken.ts';
import type { RequestWay } from '../claims.ts';
import { brief } from '../json.ts';
import type { Rule, RuleGroup } from '../rule.ts';

const WAYS: readonly RequestWay[] = ['runtimeConfig.ips', 'args.cni.ips', 'CNI_ARGS'];

/** A call that asks for the address in this way. */
function request(way: RequestWay, address: string): CallOptions {
  if (way === 'CNI_ARGS') return { env: { CNI_ARGS: `IgnoreUnknown=1;IP=${address}` } };
  if (way === 'args.cni.ips') return { config: { args: { cni: { ips: [address] } } } };
  return { config: { runtimeConfig: { ips: [address] } } };
}

async function expectGiven(bench: Bench, options: CallOptions, address: string): Promise<void> {
  const { addresses } = await bench.add(options);
  expect(addresses.includes(bare(address)), `ADD gives ${brief(addresses)}`);
}

function firstWay(bench: Bench): RequestWay {
  return bench.claims.requests?.ways[0] ?? 'CNI_ARGS';
}

const byWay = WAYS.map(
  (way, at): Rule => ({
    id: `requests-${at + 1}`,
    level: 'convention',
    says: `the address in \`${way}${way === 'CNI_ARGS' ? ' IP=' : ''}\` is the one that is given`,
    source: 'CONVENTIONS.md',
    needs: ['requests', way],
    async check(bench) {
      const [address = ''] = bench.claims.requests?.free ?? [];
      await expectGiven(bench, request(way, address), address);
    },
  }),
);

export const requests: RuleGroup = {
  title: 'Requested addresses',
  rules: [
    ...byWay,
    {
      id: 'requests-4',
      level: 'convention',
      says: 'CNI_ARGS is ignored where `args` asks too',
      source: 'CONVENTIONS.md, CNI_ARGS ("the plugin must ignore the CNI_ARGS Field")',
      needs: ['requests', 'args.cni.ips', 'CNI_ARGS'],
      async check(bench) {
        const [one = '', other = ''] = bench.claims.requests?.free ?? [];
        const both = { ...request('CNI_ARGS', other), ...request('args.cni.ips', one) };
        // Which of the two a plugin complains about may be chance: the reason does not say.
        const answer = await bench.call('ADD', both);
        expect(answer.status === 0, 'ADD with both fails');
        const { addresses } = givenBy(answer);
        expect(addresses.includes(bare(one)), `ADD gives ${brief(addresses)}`);
      },
    },
    {
      id: 'requests-5',
      level: 'claim',
      says: 'a requested address that another attachment has is refused',
      source: "the plugin's documentation",
      needs: ['requests', 'reserves'],
      async check(bench) {
        const [address = ''] = bench.claims.requests?.free ?? [];
        await bench.add(request(firstWay(bench), address));
        const answer = await bench.call('ADD', { id: 'c2', ...request(firstWay(bench), address) });
        expect(answer.status !== 0, `ADD succeeds: ${said(answer)}`);
      },
    },
    {
      id: 'requests-6',
      level: 'claim',
      says: 'a requested address outside the range is refused, and no other is given for it',
      source: "the plugin's documentation",
      needs: ['requests', 'reserves'],
      async check(bench) {
        const address = bench.claims.requests?.outside ?? '192.0.2.1';
        const options = request(firstWay(bench), address);
        const answer = await bench.call('ADD', options);
        expect(answer.status !== 0, `ADD succeeds: ${said(answer)}`);
      },
    },
    {
      id: 'requests-7',
      level: 'claim',
      says: 'a requested address can be requested again when it is free again',
      source: "the plugin's documentation",
      needs: ['requests', 'reserves'],
      async check(bench) {
        const [address = ''] = bench.claims.requests?.free ?? [];
        const options = request(firstWay(bench), address);
        await expectGiven(bench, options, address);
        await bench.succeed('DEL');
        await expectGiven(bench, { id: 'c2', ...options }, address);
      },
    },
    {
      id: 'requests-8',
      level: 'should',
      says: 'a request that is no address is refused with an error',
      source: '1.1.0, section 2, Errors',
      needs: ['requests'],
      async check(bench) {
        const answer = await bench.call('ADD', request(firstWay(bench), '10.1.2.300'));
        const isRefused = answer.status !== undefined && answer.json?.['code'] !== undefined;
        expect(answer.status !== 0 && isRefused, said(answer));
      },
    },
  ],
};
