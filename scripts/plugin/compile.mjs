// JavaScript to bytecode to one static executable.

import { execFileSync } from 'node:child_process';
import { dirname, join } from 'node:path';
import { quiet } from '../setup/progress.mjs';

/**
 * Parts of the language that the plugin does without: smaller, and without `eval` and a module loader
 * nothing but the bytecode inside can run. Promises stay, since modules are evaluated with them.
 */
const WITHOUT = ['eval', 'string-normalize', 'proxy', 'module-loader', 'weakref'];

/** Compiles a bundle with `{ qjsc, cc, include, library }` into an executable at `out`. */
export async function compile({ qjsc, cc, include, library }, bundle, out) {
  const source = join(dirname(out), 'plugin.c');
  const known = helpOf(qjsc);
  const flags = WITHOUT.filter((part) => known.includes(part)).map((part) => `-fno-${part}`);
  await quiet(qjsc, ['-e', '-m', '-s', ...flags, '-o', source, bundle]);
  const link = ['-static', '-s', '-Wl,--gc-sections'];
  const libraries = [library, '-lm', '-lpthread', '-ldl'];
  await quiet(cc, ['-O2', ...link, '-I', include, '-o', out, source, ...libraries]);
}

function helpOf(qjsc) {
  try {
    return execFileSync(qjsc, ['-h'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  } catch (error) {
    return String(error.stdout ?? '');
  }
}
