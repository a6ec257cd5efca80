// Pods of containerd by its CRI plugin, as the kubelet makes and removes them.

import type { Cleanup } from '../support/cleanup.ts';
import { until } from '../support/until.ts';
import { execIn, image, startContainerd } from './containerd.ts';
import type { Caller } from './contract.ts';
import { type CriClient, createCriClient, type Field, firstString } from './criClient.ts';
import type { Setting } from './setting.ts';

/** A caller whose pods can be stopped without being removed. */
export interface Cri extends Caller {
  stop(name: string): Promise<void>;
}

/** Starts containerd with this network. */
export async function createCri(setting: Setting, cleanup: Cleanup, network: string): Promise<Cri> {
  await startContainerd(setting, cleanup, network);
  const { host, rootfs } = setting;
  const client = createCriClient(host.outside('/run/containerd/containerd.sock'));
  cleanup.add('CRI client', () => client.close());
  const work = `${host.scratch}/image`;
  await host.must('sh', ['-c', IMPORT, 'import', rootfs, work, image]);
  await until('the image is known', () => hasImage(client));
  const ids = new Map<string, string>();
  const idOf = (name: string): string => ids.get(name) ?? '';
  const exec = execIn(setting, 'k8s.io');
  const stop = async (name: string): Promise<void> => {
    await client.call('RuntimeService/StopPodSandbox', [1, idOf(name)]);
  };
  return {
    async start(name) {
      const answer = await client.call('RuntimeService/RunPodSandbox', [1, podConfig(name)]);
      ids.set(name, firstString(answer));
    },
    exec: (name, command) => exec(idOf(name), command),
    stop,
    async remove(name) {
      // The kubelet stops a pod more often than once.
      await stop(name);
      await stop(name);
      await client.call('RuntimeService/RemovePodSandbox', [1, idOf(name)]);
    },
  };
}

/** PodSandboxConfig: metadata (name, uid, namespace), hostname, linux. */
function podConfig(name: string): readonly Field[] {
  const metadata: readonly Field[] = [
    [1, name],
    [2, `uid-${name}`],
    [3, 'default'],
  ];
  return [
    [1, metadata],
    [2, name],
    [8, []],
  ];
}

/** An answer without an image is empty. */
async function hasImage(client: CriClient): Promise<boolean> {
  return (await client.call('ImageService/ImageStatus', [1, [[1, image]]])).length > 0;
}

/** An archive as `docker save` writes it: a layer, what it is and what it is called. */
const IMPORT = `
set -e
mkdir "$2"
tar -C "$1" -cf "$2/layer.tar" .
sum=$(sha256sum "$2/layer.tar" | cut -d ' ' -f 1)
architecture=$(dpkg --print-architecture)
cat >"$2/config.json" <<END
{ "architecture": "$architecture", "os": "linux", "config": { "Cmd": ["/bin/sleep", "100000"] },
  "rootfs": { "type": "layers", "diff_ids": ["sha256:$sum"] } }
END
cat >"$2/manifest.json" <<END
[{ "Config": "config.json", "RepoTags": ["$3"], "Layers": ["layer.tar"] }]
END
tar -C "$2" -cf "$2.tar" manifest.json config.json layer.tar
ctr --namespace k8s.io images import --snapshotter native "$2.tar"
`;
