// A plugin that is killed half-way: a node loses power, a runtime's deadline passes, memory runs out. A runtime
// then sends DEL (section 3), and after that nothing may be lost.
//
// strace ends the process at the n-th of its calls that change files, for each n until it survives, so that
// each run hits the same places. It hits each thread's n-th call, and there are never fewer.

import { type Bench, givenBy, type Verb } from '../bench.ts';
import { expect } from '../broken.ts';
import type { RuleGroup } from '../rule.ts';

/** Calls that change files, by the names of both new and old kernels' interfaces. */
const CHANGES = [
  ['write', 'writev', 'pwrite64', 'ftruncate'],
  ['openat', 'open', 'creat'],
  ['mkdir', 'mkdirat', 'symlink', 'symlinkat', 'link', 'linkat'],
  ['rename', 'renameat', 'renameat2', 'unlink', 'unlinkat', 'rmdir'],
  ['flock', 'fcntl', 'utimensat'],
];
const MOST = 60;

/** Runs the verb again and again, killed one call later each time; `before` and `after` frame each run. */
async function killEverywhere(
  bench: Bench,
  verb: Verb,
  before: (id: string) => Promise<unknown>,
  after: (id: string) => Promise<unknown>,
): Promise<void> {
  const ipam = bench.claims.few?.ipam;
  for (const [kind, names] of CHANGES.entries()) {
    const calls = names.map((name) => `?${name}`).join(',');
    for (let nth = 1; nth <= MOST; nth++) {
      const id = `killed-${kind}-${nth}`;
      await before(id);
      const inject = `inject=${calls}:signal=SIGKILL:when=${nth}`;
      const tracer = ['/usr/bin/strace', '-f', '-qq', '-o', '/dev/null', '-e', inject];
      const { status } = await bench.call(verb, { id, ipam, tracer });
      await after(id);
      if (status === 0) break;
    }
  }
}

/** Nothing is lost. How much is may depend on the scheduler, so the reason does not count. */
async function expectWhole(bench: Bench): Promise<void> {
  const ipam = bench.claims.few?.ipam;
  for (let at = 0; at < (bench.claims.few?.addresses ?? 0); at++) {
    const { status } = await bench.call('ADD', { ipam, id: `next-${at}` });
    expect(status === 0, 'an address is lost for good');
  }
}

export const interrupted: RuleGroup = {
  title: 'Killed half-way',
  rules: [
    {
      id: 'interrupted-1',
      level: 'should',
      says: 'wherever ADD is killed, DEL frees what it had taken',
      source: '1.1.0, section 3, Lifecycle & Ordering; section 2, DEL',
      needs: ['strace', 'reserves', 'few'],
      async check(bench) {
        const ipam = bench.claims.few?.ipam;
        const nothing = async (): Promise<void> => undefined;
        await killEverywhere(bench, 'ADD', nothing, async (id) => {
          await bench.succeed('DEL', { ipam, id });
        });
        await expectWhole(bench);
      },
    },
    {
      id: 'interrupted-2',
      level: 'should',
      says: 'wherever DEL is killed, a second DEL frees the address',
      source: '1.1.0, section 2, DEL',
      needs: ['strace', 'reserves', 'few'],
      async check(bench) {
        const ipam = bench.claims.few?.ipam;
        await killEverywhere(
          bench,
          'DEL',
          (id) => bench.add({ ipam, id }),
          (id) => bench.succeed('DEL', { ipam, id }),
        );
        await expectWhole(bench);
      },
    },
    {
      id: 'interrupted-3',
      level: 'claim',
      says: 'an ADD killed anywhere can be repeated, at the latest after a DEL',
      source: "the plugin's documentation",
      needs: ['strace', 'refusesRepeats', 'few'],
      async check(bench) {
        const ipam = bench.claims.few?.ipam;
        const nothing = async (): Promise<void> => undefined;
        await killEverywhere(bench, 'ADD', nothing, async (id) => {
          // Killed when all was in place, it cannot be told from one that was answered.
          const again = await bench.call('ADD', { ipam, id });
          if (again.status !== 0) await bench.succeed('DEL', { ipam, id });
          const { addresses } = again.status === 0 ? givenBy(again) : await bench.add({ ipam, id });
          expect(addresses.length > 0, 'it gives no address');
          await bench.succeed('DEL', { ipam, id });
        });
        await expectWhole(bench);
      },
    },
  ],
};
