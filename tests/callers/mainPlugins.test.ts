// The standard plugins bridge, ptp and macvlan, each with the configuration of docs/CNI.md.

import { expect, it } from 'vitest';
import { describeCaller, expectNothingHeld, unique } from './contract.ts';
import { createMainPlugin } from './mainPlugins.ts';
import { firstPlugin, pageNetwork } from './page.ts';
import { heldBy, type Setting } from './setting.ts';

const ptp = firstPlugin(pageNetwork('/etc/cni/net.d/10-pods.conflist'));
const bridge = firstPlugin(pageNetwork('/etc/cni/net.d/20-bridged.conflist'));
const macvlan = firstPlugin(pageNetwork('/etc/cni/net.d/30-lan.conflist'));

describeCaller(
  'ptp, dual stack',
  {
    binaries: ['ptp'],
    pools: ['default', 'default6'],
    create: async (setting) => createMainPlugin(setting, ptp),
  },
  (stage) => {
    it('passes CHECK, and a container that goes without DEL is freed by one after it', async () => {
      const { setting } = stage();
      const name = unique('gone');
      const plugin = createMainPlugin(setting, ptp);
      await setting.host.must('ip', ['netns', 'add', name]);
      const { answer } = await plugin.call(name, 'ADD');
      expect((await plugin.call(name, 'CHECK', { prevResult: answer })).ok).toBe(true);
      await setting.host.must('ip', ['netns', 'del', name]);
      expect(await heldBy(setting)).toHaveLength(2);
      for (const _ of ['first', 'again']) expect((await plugin.call(name, 'DEL')).ok).toBe(true);
      await expectNothingHeld(setting);
    });

    it('repeated for a running container, takes nothing from it, whatever pools are wanted now', async () => {
      const { setting } = stage();
      const name = unique('twice');
      const plugin = createMainPlugin(setting, ptp);
      await plugin.start(name);
      const held = await heldBy(setting);
      const both = ptp['ipam'] as { readonly pools: readonly string[] };
      const fewer = createMainPlugin(setting, {
        ...ptp,
        ipam: { ...both, pools: both.pools.slice(0, 1) },
      });
      for (const again of [plugin, fewer]) {
        const { ok, answer } = await again.call(name, 'ADD');
        expect(ok).toBe(false);
        expect(JSON.stringify(answer)).toContain('already has');
        expect(await heldBy(setting)).toEqual(held);
      }
      await plugin.remove(name);
      await expectNothingHeld(setting);
    });

    it('a pool that is added to the network later frees nothing of a container that runs', async () => {
      const { setting } = stage();
      const name = unique('grown');
      const plugin = createMainPlugin(setting, ptp);
      const both = ptp['ipam'] as { readonly pools: readonly string[] };
      const before = createMainPlugin(setting, {
        ...ptp,
        ipam: { ...both, pools: both.pools.slice(0, 1) },
      });
      await before.start(name);
      const held = await heldBy(setting);
      expect((await plugin.call(name, 'ADD')).ok).toBe(false);
      expect(await heldBy(setting)).toEqual(held);
      await plugin.remove(name);
      await expectNothingHeld(setting);
    });
  },
);

describeCaller('bridge', {
  binaries: ['bridge'],
  pools: ['default'],
  create: async (setting) => createMainPlugin(setting, bridge),
});

describeCaller('macvlan on a LAN', {
  binaries: ['macvlan'],
  pools: ['lan'],
  async create(setting) {
    await addLan(setting);
    return createMainPlugin(setting, macvlan);
  },
});

/** The host's interface, and the other end of its cable. */
async function addLan({ host }: Setting): Promise<void> {
  await host.must('ip', ['link', 'add', 'eth0', 'type', 'veth', 'peer', 'name', 'cable']);
  for (const name of ['eth0', 'cable']) await host.must('ip', ['link', 'set', name, 'up']);
}
