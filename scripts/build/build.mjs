// Leaves dist/bin/hedgerow and dist/bin/hedgerow-ipam, and each package's dist/. Steps whose inputs did
// not change are skipped.

import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { filesBelow, fingerprint, whenChanged } from '../setup/fingerprint.mjs';
import { dist, root } from '../setup/paths.mjs';
import { Failure, loud, quiet, say, step } from '../setup/progress.mjs';
import { writeLauncher } from './launcher.mjs';

const CONFIG = ['pnpm-lock.yaml', 'tsconfig.base.json', 'tsconfig.json'];
const PACKAGES = ['packages/core', 'packages/cni', 'packages/node-agent'];

/**
 * Type-checks, compiles and bundles. Throws a Failure that shows what the compiler said. `args` go to the
 * plugin's build: `--arm64` makes its executable for that processor too.
 */
export async function build({ node, env }, args = []) {
  await checkTypes(env);
  await bundleAgent(node, env);
  await buildPlugin(node, env, args);
}

/** Compiles the packages: types that do not fit end the build. */
export async function checkTypes(env) {
  const inputs = {
    stamp: join(dist, '.stamps', 'types'),
    print: fingerprint(filesBelow([...CONFIG, ...PACKAGES])),
    outputs: PACKAGES.map((path) => join(root, path, 'dist')),
  };
  const compile = () => quiet('tsc', ['-b', '--pretty', 'false'], { cwd: root, env });
  await whenChanged(inputs, () => step('compiling the packages', compile));
}

async function bundleAgent(node, env) {
  if (!existsSync(join(root, 'packages/node-agent/src/cli/main.ts'))) return say('no agent yet');
  const script = join(root, 'scripts', 'build', 'bundleAgent.mjs');
  const paths = ['pnpm-lock.yaml', 'packages/core', 'packages/node-agent', 'scripts/build'];
  const bundle = join(dist, 'lib', 'hedgerow.mjs');
  const inputs = {
    stamp: join(dist, '.stamps', 'agent'),
    print: fingerprint(filesBelow(paths)),
    outputs: [bundle],
  };
  const make = () => quiet(node, [script, bundle], { cwd: root, env });
  await whenChanged(inputs, () => step('bundling the agent', make));
  writeLauncher(join(dist, 'bin', 'hedgerow'), node);
}

/** The plugin's script decides what has to be done again, as it depends on the machine's tools, and says what it does. */
async function buildPlugin(node, env, args) {
  const script = join(root, 'scripts', 'buildPlugin.mjs');
  if (!existsSync(script)) return say('no plugin yet');
  const code = await loud(node, [script, ...args], { cwd: root, env });
  if (code !== 0) throw new Failure('The plugin was not built; the reason is above.');
}
