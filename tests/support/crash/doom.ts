// Two nodes for one run of the crash tests, and the process in which one of them dies.

import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { must } from '@hedgerow/core';
import { parsePoolSpec } from '@hedgerow/core/membership';
import { initCluster } from '@hedgerow/node-agent';
import { build, stop } from 'esbuild';
import { openState } from '../../../packages/node-agent/src/store/index.ts';
import { issueToken } from '../../../packages/node-agent/src/token/index.ts';
import type { Cleanup } from '../cleanup.ts';
import { quickOptions } from '../embedded.ts';
import { freePort } from '../freePort.ts';
import { type CrashNode, crashPool, crashTuning } from './scenario.ts';

/** Bundles the doomed process into `home`: it starts several times faster than from its sources. */
export async function bundleDoomed(home: string): Promise<void> {
  await build({
    entryPoints: [fileURLToPath(new URL('./doomed.ts', import.meta.url))],
    outfile: join(home, 'doomed.mjs'),
    bundle: true,
    platform: 'node',
    format: 'esm',
    conditions: ['hedgerow-source'],
    banner: { js: "import{createRequire as r}from'node:module';const require=r(import.meta.url);" },
    logLevel: 'error',
  });
  await stop();
}

/** Two nodes below `home`: the donor has a cluster of its own, the asker a token for it. Neither runs. */
export async function createPair(
  home: string,
  name: string,
): Promise<{ readonly donor: CrashNode; readonly asker: CrashNode }> {
  const place = join(home, name);
  const address = `/ip4/127.0.0.1/tcp/${await freePort()}`;
  const here = { tuning: crashTuning, listen: [address], advertise: [address] };
  const donor = { ...quickOptions(place, 'donor'), ...here };
  const { stateDir } = donor;
  must(initCluster({ stateDir, cluster: 'crash', pools: [must(parsePoolSpec(crashPool))] }));
  const { store } = must(openState(stateDir));
  const wish = { dial: [address], ttlMs: 3_600_000, nowMs: Date.now() };
  const token = must(issueToken(store, wish));
  store.close();
  const asker = { ...quickOptions(place, 'asker'), tuning: crashTuning };
  return {
    donor: { role: 'donor', options: donor, token },
    asker: { role: 'asker', options: asker, token },
  };
}

/** The process that shall die. */
export interface Doomed {
  readonly child: ChildProcess;
  /** Commits of a life that came to its end; undefined when it was killed. */
  readonly ended: Promise<number | undefined>;
}

/** Starts a node that kills itself at a step; see `killSwitch.ts`. */
export function doom(home: string, node: CrashNode, killAt: string, undo: Cleanup): Doomed {
  const child = spawn(process.execPath, [join(home, 'doomed.mjs'), JSON.stringify(node)], {
    env: { ...process.env, KILL_AT: killAt, NODE_COMPILE_CACHE: join(home, 'cache') },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding('utf8').on('data', (text: string) => {
      said += text;
    });
  }
  const ended = once(child, 'close').then(([code, signal]) => {
    if (signal === 'SIGKILL') return undefined;
    if (code === 0) return Number(/commits (\d+)/.exec(said)?.[1]);
    throw new Error(`the ${node.role} failed by itself (${code ?? signal}): ${said}`);
  });
  undo.add(`process ${child.pid}`, async () => {
    child.kill('SIGKILL');
    await ended;
  });
  return { child, ended };
}
