// A donor whose disk is full: nothing leaves it that it could not store, it says so, and it goes on by itself
// when there is room again.

import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, describe, expect, it } from 'vitest';
import { type Cleanup, createCleanup } from '../support/cleanup.ts';
import { addressOf } from '../support/cni.ts';
import { requires } from '../support/requires.ts';
import { mustRun } from '../support/run.ts';
import { createHome, createNode } from '../support/testNode.ts';
import { until } from '../support/until.ts';

const onDemand = ['--low-free', '1', '--high-free', '1000', '--reserve-blocks', '0'];

describe.skipIf(requires({ root: true, netns: true, binaries: ['mount', 'umount'] }))(
  'a full disk',
  () => {
    const cleanup: Cleanup = createCleanup();
    afterEach(() => cleanup.run());

    it('stops a donor from giving, and nothing else', async () => {
      const home = createHome(cleanup);
      const [a, b] = [await createNode(cleanup, home, 'a'), await createNode(cleanup, home, 'b')];
      const token = await a.init('default=10.82.0.0/28,block=30');
      const disk = await moveToSmallDisk(a.place.stateDir);
      const donor = a.start(...onDemand);
      await donor.untilReady();
      await b.join(token);
      const asker = b.start(...onDemand);
      await asker.untilReady();
      const before = await until('both know what each has', async () => {
        const [of, other] = await Promise.all([a, b].map((each) => each.json<Map>('map')));
        const isNamed = of?.pools.every(({ shares }) => shares.every(({ name }) => name !== ''));
        return isNamed && JSON.stringify(of?.pools) === JSON.stringify(other?.pools) && of;
      });

      const ballast = fillUp(disk);
      // What the asker holds is soon used up; then it asks the donor.
      const given: string[] = [];
      for (let pod = 0; ; pod++) {
        const added = await b.cni('ADD', `pod-${pod}`, { waitMs: 1_500 });
        if (!added.ok) {
          expect(added.answer).toMatchObject({ code: 11 });
          break;
        }
        given.push(addressOf(added));
      }
      const status = await until('the donor says so', async () => {
        const found = await donor.status();
        return found.alarms.some(({ code }) => code === 'storage') && found;
      });
      expect(status.waiting.map(({ code }) => code)).toContain('storage');
      expect((await a.cli('status')).stdout).toMatch(/make room or repair the disk/);
      // Nothing was granted: both maps are as before, and the donor still owns what it could not give.
      expect((await a.json<{ pools: unknown }>('map')).pools).toEqual(before.pools);
      expect((await b.json<{ pools: unknown }>('map')).pools).toEqual(before.pools);
      // Addresses of open blocks need no database.
      addressOf(await a.cni('ADD', 'local'));

      rmSync(ballast);
      const more = addressOf(await b.cni('ADD', 'one-more', { waitMs: 30_000 }));
      expect(given).not.toContain(more);
      await until('the alarm is over', async () => {
        const { alarms, waiting } = await donor.status();
        return [...alarms, ...waiting].every(({ code }) => code !== 'storage');
      });
      expect((await a.json<{ pools: unknown }>('map')).pools).not.toEqual(before.pools);
    });

    /** Puts a small file system below the state directory, with the state in it. */
    async function moveToSmallDisk(stateDir: string): Promise<string> {
      const copy = `${stateDir}.copy`;
      await mustRun('cp', ['-a', stateDir, copy]);
      const options = 'size=1m,mode=0700';
      await mustRun('mount', ['-t', 'tmpfs', '-o', options, 'hedgerow-test', stateDir]);
      cleanup.add(`mount ${stateDir}`, () => mustRun('umount', ['-l', stateDir]));
      await mustRun('cp', ['-a', `${copy}/.`, stateDir]);
      return stateDir;
    }
  },
);

/** The parts of `map --json` that are compared. */
interface Map {
  readonly pools: readonly { readonly shares: readonly { readonly name: string }[] }[];
}

/** Fills a file system to its last block; the file that does it. */
function fillUp(directory: string): string {
  const ballast = join(directory, 'ballast');
  for (let free = 1; free > 0; ) {
    const { bavail, bsize } = statfsSync(directory);
    free = bavail;
    if (free > 0) writeFileSync(ballast, Buffer.alloc(bavail * bsize), { flag: 'a' });
  }
  return ballast;
}
