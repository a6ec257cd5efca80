// containerd as docs/CNI.md sets it up: pods by CRI, as Kubernetes has them, and containers by ctr.

import { expect, it } from 'vitest';
import { createCtr } from './containerd.ts';
import { describeCaller, expectNothingHeld, unique } from './contract.ts';
import { type Cri, createCri } from './cri.ts';
import { heldBy, pluginDir } from './setting.ts';

const binaries = ['containerd', 'ctr', 'crun'];

let cri: Cri;

describeCaller(
  'containerd by CRI, dual stack',
  {
    binaries: [...binaries, 'ptp'],
    pools: ['default', 'default6'],
    create: async (setting, cleanup) => {
      cri = await createCri(setting, cleanup, '/etc/cni/net.d/10-pods.conflist');
      return cri;
    },
  },
  (stage) => {
    it('cannot stop a pod without the plugin, and frees its addresses once it is back', async () => {
      const { setting } = stage();
      const { host } = setting;
      const name = unique('upgraded');
      const [here, away] = [`${pluginDir}/hedgerow-ipam`, `${host.scratch}/hedgerow-ipam`];
      await cri.start(name);
      await host.must('mv', [here, away]);
      await expect(cri.stop(name)).rejects.toThrow('hedgerow-ipam');
      expect(await heldBy(setting)).toHaveLength(2);
      await host.must('mv', [away, here]);
      await cri.remove(name);
      await expectNothingHeld(setting);
    });
  },
);

describeCaller('containerd by ctr, on a bridge', {
  binaries: [...binaries, 'bridge'],
  pools: ['default'],
  create: (setting, cleanup) => createCtr(setting, cleanup, '/etc/cni/net.d/20-bridged.conflist'),
});
