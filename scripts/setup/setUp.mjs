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
  'tools/package.json',
  'packages/cni/package.json',
  'packages/core/package.json',
  'packages/node-agent/package.json',
];

/** What only some commands need: a third of all packages, which the others need not wait for. */
const TOOLS = '@hedgerow/tools';

/** Returns the Node to use and the environment to run everything in. */
export async function setUp() {
  const node = await findNode();
  await installOnce(node, 'installed', 'node_modules', `!${TOOLS}`);
  return { node, env: environment([dirname(node)]) };
}

/** Brings the packages of `tools/` as well. */
export async function setUpTools({ node }) {
  await installOnce(node, 'tools-installed', 'tools/node_modules', TOOLS);
}

async function installOnce(node, stamp, output, filter) {
  const inputs = {
    stamp: join(root, 'node_modules', `.hedgerow-${stamp}`),
    print: fingerprint(filesBelow(MANIFESTS), [process.platform, process.arch]),
    outputs: [join(root, 'node_modules', '.modules.yaml'), join(root, output)],
  };
  await whenChanged(inputs, () => installDependencies(node, filter));
}

async function installDependencies(node, filter) {
  const pnpm = await findPnpm();
  const env = installEnvironment(environment([dirname(node)]));
  // Nobody can answer a question here, and the lock file says all there is to say.
  const args = ['install', '--frozen-lockfile', '--config.confirm-modules-purge=false'];
  if (!isHomeWritable()) args.push('--store-dir', join(cache, 'pnpm-store'));
  args.push('--filter', filter);
  const what = filter === TOOLS ? 'the packages of tools/' : 'dependencies';
  await step(`installing ${what}`, () => quiet(pnpm, args, { cwd: root, env }));
}
