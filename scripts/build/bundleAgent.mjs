// One file for the agent and its command line: it starts faster, and can be copied without node_modules.
// Usage: bundleAgent.mjs OUTPUT

import { join } from 'node:path';
import { build } from 'esbuild';
import { root } from '../setup/paths.mjs';

// Dependencies written for CommonJS call `require` for Node's own modules.
const BANNER = [
  "import { createRequire as hedgerowCreateRequire } from 'node:module';",
  'const require = hedgerowCreateRequire(import.meta.url);',
].join('\n');

const [output] = process.argv.slice(2);

await build({
  entryPoints: [join(root, 'packages', 'node-agent', 'src', 'cli', 'main.ts')],
  outfile: output,
  bundle: true,
  platform: 'node',
  target: 'node22',
  format: 'esm',
  conditions: ['hedgerow-source'],
  banner: { js: BANNER },
  sourcemap: 'linked',
  sourcesContent: false,
  legalComments: 'linked',
  logLevel: 'warning',
});
