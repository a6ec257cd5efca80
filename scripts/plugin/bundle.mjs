// One JavaScript file out of the plugin's sources.

import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../setup/paths.mjs';
import { Failure } from '../setup/progress.mjs';

/** Start-up grows with the size: something big has crept in when this is passed. */
const MOST_BYTES = 60_000;

/** Bundles the plugin for `quickjs` or `node` and returns the number of bytes. */
export async function bundlePlugin(runtime, outfile) {
  const entry = join(root, 'packages', 'cni', 'src', runtime, 'entry.ts');
  return bundleFor(runtime, entry, outfile);
}

/** The same for any program. */
export async function bundleFor(runtime, entry, outfile) {
  const result = await build({
    entryPoints: [entry],
    absWorkingDir: root,
    bundle: true,
    minify: runtime === 'quickjs',
    format: 'esm',
    platform: runtime === 'quickjs' ? 'neutral' : 'node',
    target: 'es2023',
    conditions: ['hedgerow-source'],
    metafile: true,
    logLevel: 'silent',
    plugins: [builtInModules],
    outfile,
  }).catch((error) => {
    throw new Failure(`the plugin's sources do not bundle:\n${error.message}`);
  });
  const bytes = Object.values(result.metafile.outputs)[0].bytes;
  if (runtime === 'quickjs' && bytes > MOST_BYTES)
    throw new Failure(`the bundle has ${bytes} bytes, more than ${MOST_BYTES}`);
  return bytes;
}

/** The sources name QuickJS's modules `quickjs:std` and `quickjs:os`, since Node has an `os` too. */
const builtInModules = {
  name: 'quickjs-modules',
  setup(setup) {
    setup.onResolve({ filter: /^quickjs:/ }, ({ path }) => ({
      path: path.slice('quickjs:'.length),
      external: true,
    }));
  },
};
