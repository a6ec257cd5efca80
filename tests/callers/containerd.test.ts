// containerd as docs/CNI.md sets it up: pods by CRI, as Kubernetes has them, and containers by ctr.

import { expect, it } from 'vitest';
import { createCtr } from './containerd.ts';
import { describeCaller, unique } from './contract.ts';
import { type Cri, createCri } from './cri.ts';
import { heldBy, pluginDir } from './setting.ts';

const binaries = ['containerd', 'ctr', 'crun'];
const network = '/etc/cni/net.d/10-pods.conflist';

let cri: Cri;

describeCaller(
  'containerd by CRI, dual stack',
  {
    binaries: [...binaries, 'ptp'],
    pools: ['default', 'default6'],
    create: async (setting, cleanup) => {
      cri = await createCri(setting, cleanup, network);
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
      expect(await heldBy(setting)).toEqual([]);
    });
  },
);

describeCaller('containerd by ctr, dual stack', {
  binaries: [...binaries, 'ptp'],
  pools: ['default', 'default6'],
  create: (setting, cleanup) => createCtr(setting, cleanup, network),
});
