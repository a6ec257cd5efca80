// JavaScript to bytecode to one static executable.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, quiet } from '../setup/progress.mjs';

/**
 * Parts of the language that the plugin does without: quicker, smaller, and without `eval` and a module
 * loader nothing but the bytecode inside can run. Promises stay, since modules are evaluated with them.
 */
const WITHOUT = ['eval', 'string-normalize', 'proxy', 'module-loader', 'weakref'];

/**
 * A call ends before garbage in cycles could matter: they are looked for when this much is in use, instead
 * of several times while the program is being loaded.
 */
const CYCLES_AFTER_BYTES = 16 * 1024 * 1024;

/**
 * Compiles a bundle with `{ qjsc, cc, include, library, isMusl }` into an executable at `out`. With musl it
 * gets an allocator of its own.
 */
export async function compile({ qjsc, cc, include, library, isMusl }, bundle, out) {
  const source = join(dirname(out), 'plugin.c');
  const without = WITHOUT.map((part) => `-fno-${part}`);
  await quiet(qjsc, ['-e', '-m', '-s', ...without, '-o', source, bundle]);
  tune(source);
  const sources = [source];
  if (isMusl) sources.push(fileURLToPath(new URL('allocator.c', import.meta.url)));
  // Without -fno-builtin the compiler makes calloc of malloc and memset, also inside calloc.
  const flags = ['-O2', '-fno-builtin', '-static', '-s', '-Wl,--gc-sections', '-I', include];
  await quiet(cc, [...flags, '-o', out, ...sources, library, '-lm', '-lpthread', '-ldl']);
}

/** Sets up the runtime in the generated `main`. */
function tune(source) {
  const made = 'rt = JS_NewRuntime();';
  const [before, after, more] = readFileSync(source, 'utf8').split(made);
  if (after === undefined || more !== undefined)
    throw new Failure('this qjsc writes another main() than is known');
  const tuned = `${before}${made}\n  JS_SetGCThreshold(rt, ${CYCLES_AFTER_BYTES});${after}`;
  writeFileSync(source, tuned);
}
