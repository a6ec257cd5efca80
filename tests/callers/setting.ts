// What every test with a real caller starts from: a private host with a node of ours on it, whose plugin is
// installed beside the standard ones as docs/CNI.md says, and busybox for containers to consist of.

import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { AgentProcess } from '../support/agentProcess.ts';
import type { Cleanup } from '../support/cleanup.ts';
import { debianPluginDir } from '../support/cni.ts';
import { createPrivateHost, type PrivateHost } from '../support/privateHost.ts';
import { createHome, createNode, type TestNode } from '../support/testNode.ts';
import { pagePools } from './page.ts';

/** Where the tests install plugins, and where runtimes look for them unless told otherwise. */
export const pluginDir = '/opt/cni/bin';

/** A node on a private host. */
export interface Setting {
  readonly host: PrivateHost;
  readonly node: TestNode;
  /** The agent that runs, or ran last. */
  agent: AgentProcess;
  /** The root of a file system that consists of busybox. */
  readonly rootfs: string;
}

/** One address that `hedgerow addr ls` lists. */
export interface Held {
  readonly address: string;
  readonly pool: string;
  readonly network: string;
  readonly container: string;
}

/** Makes the host, installs the plugins and starts the agent. Needs root. */
export async function createSetting(cleanup: Cleanup): Promise<Setting> {
  const home = createHome(cleanup);
  const runDir = join(home, 'a', 'run');
  mkdirSync(runDir, { recursive: true });
  const host = await createPrivateHost(cleanup, runDir);
  await host.must('sh', ['-c', `cp ${debianPluginDir}/* ${pluginDir}/`]);
  const installer = fileURLToPath(new URL('../../scripts/installPlugin.mjs', import.meta.url));
  await host.must(process.execPath, [installer, pluginDir]);
  const node = await createNode(cleanup, home, 'a', host.enter);
  await node.init(...pagePools());
  const agent = node.start();
  const rootfs = `${host.scratch}/rootfs`;
  await host.must('sh', ['-c', ROOTFS, 'rootfs', rootfs]);
  await agent.untilReady();
  return { host, node, agent, rootfs };
}

const ROOTFS = `
set -e
mkdir -p "$1/bin" "$1/dev" "$1/etc" "$1/proc" "$1/run" "$1/sys" "$1/tmp"
cp "$(command -v busybox)" "$1/bin/busybox"
ln -s busybox "$1/bin/sleep"
chroot "$1" /bin/busybox true || {
  echo 'busybox needs a libc, so containers cannot consist of it alone: install busybox-static' >&2
  exit 1
}
`;

/** Programs that every one of these tests needs. */
export const needed: readonly string[] = ['ip', 'nsenter', 'setpriv', 'unshare', 'busybox'];

/** What the node holds; its agent must run. */
export function heldBy({ node }: Setting): Promise<readonly Held[]> {
  return node.json('addr', 'ls');
}
