// Podman with its CNI backend. Its settings are those of docs/CNI.md, and a few more that let it run where
// there is neither systemd nor a kernel file system of its own: they concern storage and logs only.

import type { Caller } from './contract.ts';
import { pageFile } from './page.ts';
import type { Setting } from './setting.ts';

/** The page's part of containers.conf. */
const ON_THE_PAGE = '/etc/containers/containers.conf.d/cni.conf';

const SURROUNDINGS = `
[containers]
cgroups = "disabled"
cgroupns = "host"
log_driver = "k8s-file"
[engine]
runtime = "crun"
cgroup_manager = "cgroupfs"
events_logger = "file"
`;

const STORAGE = `
[storage]
driver = "vfs"
graphroot = "/var/lib/containers/storage"
runroot = "/run/containers/storage"
`;

/** Runs containers of an imported image on the network with this name. */
export async function createPodman(
  { host, rootfs }: Setting,
  network: { readonly path: string; readonly name: string },
): Promise<Caller> {
  await host.write('/etc/containers/containers.conf', SURROUNDINGS);
  await host.write('/etc/containers/storage.conf', STORAGE);
  await host.write(ON_THE_PAGE, pageFile(ON_THE_PAGE));
  await host.write(network.path, pageFile(network.path));
  const image = `${host.scratch}/busybox.tar`;
  await host.must('tar', ['-C', rootfs, '-cf', image, '.']);
  await host.must('podman', ['import', '--quiet', image, 'localhost/busybox:test']);
  return {
    async start(name) {
      // busybox pings by a raw socket.
      const where = ['--name', name, '--network', network.name, '--cap-add', 'NET_RAW'];
      const what = ['localhost/busybox:test', 'sleep', '100000'];
      await host.must('podman', ['run', '--detach', ...where, ...what]);
    },
    exec: (name, command) => host.run('podman', ['exec', name, 'busybox', ...command]),
    async remove(name) {
      const { stderr } = await host.must('podman', ['rm', '--force', '--time', '0', name]);
      if (stderr.trim() !== '') throw new Error(`podman rm ${name}: ${stderr}`);
    },
  };
}
