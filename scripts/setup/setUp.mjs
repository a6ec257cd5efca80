// Brings a tree from "cloned" to "everything installed": Node, pnpm, dependencies. Quick when done before.

import { dirname, join } from 'node:path';
import { environment, installEnvironment, isHomeWritable } from './environment.mjs';
import { filesBelow, fingerprint, whenChanged } from './fingerprint.mjs';
import { cache, root } from './paths.mjs';
import { quiet, step } from './progress.mjs';
import { findNode, findPnpm } from './tools.mjs';

const MANIFESTS = [
  'package.json',
  'pnpm-lock.yaml',
  'pnpm-workspace.yaml',
  'tests/package.json',
  'packages/cni/package.json',
  'packages/core/package.json',
  'packages/node-agent/package.json',
];

/** Returns the Node to use and the environment to run everything in. */
export async function setUp() {
  const node = await findNode();
  const modules = join(root, 'node_modules');
  const inputs = {
    stamp: join(modules, '.hedgerow-installed'),
    print: fingerprint(filesBelow(MANIFESTS), [process.platform, process.arch]),
    outputs: [join(modules, '.modules.yaml')],
  };
  await whenChanged(inputs, () => installDependencies(node));
  return { node, env: environment([dirname(node)]) };
}

async function installDependencies(node) {
  const pnpm = await findPnpm();
  const env = installEnvironment(environment([dirname(node)]));
  // Nobody can answer a question here, and the lock file says all there is to say.
  const args = ['install', '--frozen-lockfile', '--config.confirm-modules-purge=false'];
  if (!isHomeWritable()) args.push('--store-dir', join(cache, 'pnpm-store'));
  await step('installing dependencies', () => quiet(pnpm, args, { cwd: root, env }));
}
