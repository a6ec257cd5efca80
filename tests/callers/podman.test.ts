// Podman as docs/CNI.md sets it up.

import { expect, it } from 'vitest';
import type { Ran } from '../support/run.ts';
import { describeCaller, expectNothingHeld, unique } from './contract.ts';
import { createPodman } from './podman.ts';
import { heldBy } from './setting.ts';

const RUN = ['run', '--detach', '--network', 'bridged'];
const SLEEP = ['localhost/busybox:test', 'sleep', '100000'];
const binaries = ['podman', 'crun', 'bridge', 'ptp'];

describeCaller(
  'podman on a bridge',
  {
    binaries,
    pools: ['default'],
    create: (setting) =>
      createPodman(setting, { path: '/etc/cni/net.d/20-bridged.conflist', name: 'bridged' }),
  },
  (stage) => {
    it('stops a container, which frees its address, then removes it', async () => {
      const { setting, caller } = stage();
      const name = unique('stopped');
      await caller.start(name);
      expect(await heldBy(setting)).toHaveLength(1);
      await setting.host.must('podman', ['stop', '--time', '0', name]);
      await expectNothingHeld(setting);
      await caller.remove(name);
      await expectNothingHeld(setting);
    });

    it('gives the address that was asked for, and refuses one that is taken', async () => {
      const { setting, caller } = stage();
      const [first, again, other] = [unique('first'), unique('again'), unique('other')];
      await caller.start(first);
      const [{ address = '' } = {}] = await heldBy(setting);
      const ask = (name: string): Promise<Ran> =>
        setting.host.run('podman', [...RUN, '--ip', address, '--name', name, ...SLEEP]);
      const refused = await ask(other);
      expect(refused.code).not.toBe(0);
      expect(refused.stderr).toContain(address);
      await caller.remove(other);
      expect(await heldBy(setting)).toMatchObject([{ address }]);
      await caller.remove(first);
      const given = await ask(again);
      expect(given.code, given.stderr).toBe(0);
      expect(await heldBy(setting)).toMatchObject([{ address }]);
      await caller.remove(again);
      await expectNothingHeld(setting);
    });
  },
);

describeCaller('podman by ptp, dual stack', {
  binaries,
  pools: ['default', 'default6'],
  create: (setting) =>
    createPodman(setting, { path: '/etc/cni/net.d/10-pods.conflist', name: 'pods' }),
});
