// containerd on a private host, with the configuration of docs/CNI.md and its own directories; and `ctr`,
// which comes with it, as a caller.

import { spawn } from 'node:child_process';
import type { Cleanup } from '../support/cleanup.ts';
import { until } from '../support/until.ts';
import type { Caller } from './contract.ts';
import { pageFile } from './page.ts';
import type { Setting } from './setting.ts';

/** What containers consist of, in containerd's store; the one that keeps a pod's namespaces is the same. */
export const image = 'localhost/busybox:test';

const CONFIG = '/etc/containerd/config.toml';

/** runc would want cgroups of its own, which not every machine that runs tests has to give. */
const RUNTIME_TEXT = '#!/bin/sh\nexec crun --cgroup-manager=disabled "$@"\n';

/** Lets containerd run where there are no cgroups, no registry and no file system of its own. */
function surroundings(runtime: string): string {
  const cri = 'plugins."io.containerd.grpc.v1.cri"';
  return `
[${cri}]
sandbox_image = "${image}"
disable_cgroup = true
disable_apparmor = true
restrict_oom_score_adj = true
[${cri}.containerd]
snapshotter = "native"
[${cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[${cri}.containerd.runtimes.runc.options]
BinaryName = "${runtime}"
`;
}

/** Starts containerd with this network; resolves once it answers. */
export async function startContainerd(
  { host }: Setting,
  cleanup: Cleanup,
  network: string,
): Promise<{ readonly runtime: string }> {
  const runtime = `${host.scratch}/crun`;
  await host.write(runtime, RUNTIME_TEXT, '755');
  await host.write(CONFIG, pageFile(CONFIG) + surroundings(runtime));
  await host.write(network, pageFile(network));
  const log = `${host.scratch}/containerd.log`;
  const script = 'exec containerd >"$0" 2>&1';
  const [command = '', ...enter] = host.enter;
  const child = spawn(command, [...enter, 'sh', '-c', script, log], { stdio: 'ignore' });
  const closed = new Promise((resolve) => child.once('close', resolve));
  cleanup.add('containerd', async () => {
    child.kill('SIGKILL');
    await closed;
  });
  await until('containerd answers', async () => {
    const { code, stderr } = await host.run('ctr', ['version']);
    if (code !== 0) throw new Error(`${stderr}${(await host.run('tail', [log])).stdout}`);
    return true;
  });
  return { runtime };
}

/** `ctr run --cni` in the foreground: it calls DEL, with an empty CNI_NETNS, when the container has ended. */
export async function createCtr(
  setting: Setting,
  cleanup: Cleanup,
  network: string,
): Promise<Caller> {
  const { host, rootfs } = setting;
  const { runtime } = await startContainerd(setting, cleanup, network);
  const runs = new Map<string, Promise<{ readonly stderr: string }>>();
  const exec = execIn(setting, 'default');
  return {
    async start(name) {
      const how = ['--rm', '--cni', '--null-io', '--runc-binary', runtime, '--rootfs', rootfs];
      const run = ['run', ...how, name, '/bin/sleep', '100000'];
      runs.set(name, host.run('ctr', run, { timeoutMs: longerThanTestsMs }));
      await until(`${name} runs`, async () => (await exec(name, ['true'])).code === 0);
    },
    exec,
    async remove(name) {
      await host.must('ctr', ['task', 'kill', '--signal', 'SIGKILL', name]);
      const said = (await runs.get(name))?.stderr.trim();
      if (said !== '') throw new Error(`ctr run ${name}: ${said}`);
    },
  };
}

/** It stays in the foreground as long as its container lives. */
const longerThanTestsMs = 600_000;

let execs = 0;

/** Runs busybox commands in tasks of one of containerd's namespaces. */
export function execIn({ host }: Setting, namespace: string): Caller['exec'] {
  return (task, command) => {
    execs += 1;
    const what = ['--exec-id', `exec-${execs}`, task, '/bin/busybox', ...command];
    return host.run('ctr', ['--namespace', namespace, 'task', 'exec', ...what]);
  };
}
