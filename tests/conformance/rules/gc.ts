// GC frees what is not in the runtime's list of valid attachments, in this network, and nothing else.

import type { Bench } from '../bench.ts';
import { said } from '../bench.ts';
import { each, expect } from '../broken.ts';
import type { JsonObject } from '../json.ts';
import type { RuleGroup } from '../rule.ts';
import { fillUp } from './fillUp.ts';

const SOURCE = '1.1.0, section 2, GC';

type Listed = readonly { readonly containerID: string; readonly ifname: string }[];

/** The key that says which attachments are valid. */
function valid(attachments: Listed | null): JsonObject {
  return { 'cni.dev/valid-attachments': attachments };
}

/** Attachments of `fillUp` from the given one on. */
function listed(bench: Bench, from: number): Listed {
  const count = bench.claims.few?.addresses ?? 0;
  const numbers = Array.from({ length: count }, (_, at) => at + 1);
  return numbers
    .filter((at) => at >= from)
    .map((at) => ({ containerID: `fill-${at}`, ifname: 'eth0' }));
}

/** Uses all addresses up, makes them old, and runs GC with this laid over the configuration. */
async function collect(bench: Bench, config: object, succeeds = true): Promise<void> {
  await fillUp(bench);
  bench.age();
  const ipam = bench.claims.few?.ipam;
  const text = JSON.stringify(config);
  const answer = await bench.call('GC', { ipam, config: JSON.parse(text) });
  expect(
    (answer.status === 0) === succeeds,
    `GC ${succeeds ? 'fails' : 'succeeds'}: ${said(answer)}`,
  );
}

/** So many addresses are free, neither fewer nor more. */
async function expectFree(bench: Bench, count: number): Promise<void> {
  const ipam = bench.claims.few?.ipam;
  let free = 0;
  while (free <= count) {
    const { status } = await bench.call('ADD', { ipam, id: `probe-${free}` });
    if (status !== 0) break;
    free += 1;
  }
  expect(free === count, `${free > count ? 'more' : free} addresses are free, not ${count}`);
}

export const gc: RuleGroup = {
  title: 'GC',
  rules: [
    {
      id: 'gc-1',
      level: 'should',
      says: 'GC frees attachments that are not in the list, and keeps those that are',
      source: SOURCE,
      needs: ['GC', 'reserves', 'few'],
      async check(bench) {
        await collect(bench, valid(listed(bench, 3)));
        await expectFree(bench, 2);
      },
    },
    {
      id: 'gc-2',
      level: 'should',
      says: 'an empty list says that none is valid',
      source: SOURCE,
      needs: ['GC', 'reserves', 'few'],
      async check(bench) {
        await collect(bench, valid([]));
        await expectFree(bench, bench.claims.few?.addresses ?? 0);
      },
    },
    {
      id: 'gc-3',
      level: 'convention',
      says: 'null is an empty list: so the reference library writes one that was never filled',
      source: 'libcni, GCNetworkList: a nil slice in JSON',
      needs: ['GC', 'reserves', 'few'],
      async check(bench) {
        // A null in `config` would take the key out: the text is made by hand.
        await fillUp(bench);
        bench.age();
        const ipam = { ...bench.ipam, ...bench.claims.few?.ipam };
        const name = 'conformance';
        const input = JSON.stringify({ cniVersion: '1.1.0', name, ipam, ...valid(null) });
        await bench.succeed('GC', { input });
        await expectFree(bench, bench.claims.few?.addresses ?? 0);
      },
    },
    {
      id: 'gc-4',
      level: 'should',
      says: 'without a list GC frees nothing, and says so with code 7',
      source: `${SOURCE}; section 5, Error`,
      needs: ['GC', 'reserves', 'few'],
      async check(bench) {
        await collect(bench, {}, false);
        await expectFree(bench, 0);
        const answer = await bench.call('GC', { ipam: bench.claims.few?.ipam });
        expect(answer.json?.['code'] === 7, said(answer));
      },
    },
    {
      id: 'gc-5',
      level: 'should',
      says: 'with a list that cannot be read GC frees nothing, and says so with code 6 or 7',
      source: SOURCE,
      needs: ['GC', 'reserves', 'few'],
      async check(bench) {
        await fillUp(bench);
        bench.age();
        const ipam = bench.claims.few?.ipam;
        const strange = ['all', 7, {}, ['fill-1'], [{ containerID: 1 }], [{ ifname: 'eth0' }]];
        await each(
          strange,
          (list) => JSON.stringify(list),
          async (list) => {
            const config = { 'cni.dev/valid-attachments': list };
            const answer = await bench.call('GC', { ipam, config });
            const isRight = answer.json?.['code'] === 6 || answer.json?.['code'] === 7;
            expect(answer.status !== 0 && isRight, said(answer));
          },
        );
        await expectFree(bench, 0);
      },
    },
    {
      id: 'gc-6',
      level: 'must',
      says: 'GC frees nothing of another network',
      source: `${SOURCE} ("attachments to this network")`,
      needs: ['GC', 'reserves', 'few'],
      async check(bench) {
        const ipam = bench.claims.few?.ipam;
        await fillUp(bench);
        bench.age();
        await bench.succeed('GC', { ipam, config: { name: 'another', ...valid([]) } });
        await expectFree(bench, 0);
      },
    },
    {
      id: 'gc-7',
      level: 'should',
      says: 'attachments are told apart by their interface, too',
      source: SOURCE,
      needs: ['GC', 'reserves', 'few'],
      async check(bench) {
        const others = listed(bench, 2);
        const wrong = { containerID: 'fill-1', ifname: 'eth1' };
        await collect(bench, valid([wrong, ...others]));
        await expectFree(bench, 1);
      },
    },
    {
      id: 'gc-8',
      level: 'should',
      says: 'attachments in the list that the plugin does not know are no error, and unknown keys neither',
      source: SOURCE,
      needs: ['GC'],
      async check(bench) {
        const one = { containerID: 'never-added', ifname: 'eth0', notYetKnown: true };
        const config = { ...valid([one]), 'cni.dev/not-yet-known': [] };
        for (let round = 0; round < 2; round++) await bench.succeed('GC', { config });
      },
    },
    {
      id: 'gc-9',
      level: 'must',
      says: 'GC needs no variable but CNI_COMMAND and CNI_PATH, and prints nothing',
      source: SOURCE,
      needs: ['GC'],
      async check(bench) {
        const answer = await bench.succeed('GC', { config: valid([]) });
        expect(answer.stdout === '', said(answer));
      },
    },
    {
      id: 'gc-10',
      level: 'claim',
      says: 'the list may stand in `cni.dev/attachments`, as an earlier text of the specification had it',
      source: 'libcni, GCNetworkList, which sends both',
      needs: ['GC', 'gcOldKey', 'few'],
      async check(bench) {
        await collect(bench, { 'cni.dev/attachments': listed(bench, 3) });
        await expectFree(bench, 2);
      },
    },
  ],
};
