// JavaScript to bytecode to one static executable.

import { readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure, quiet } from '../setup/progress.mjs';
import { freeze } from './freeze.mjs';

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
 * Compiles a bundle with `{ qjsc, cc, include, library, isMusl }` into an executable at `out`. The program
 * leaves its work to the global function `run`. With musl it is loaded here once and for all; `runner` is
 * what runs it here: nothing, an emulator, or undefined when there is none.
 */
export async function compile({ qjsc, cc, include, library, isMusl }, bundle, out, runner = []) {
  const source = join(dirname(out), 'plugin.c');
  const without = WITHOUT.map((part) => `-fno-${part}`);
  await quiet(qjsc, ['-e', '-m', '-s', ...without, '-o', source, bundle]);
  tune(source);
  const own = ['allocator.c', 'freeze.c'];
  const sources = own.map((name) => fileURLToPath(new URL(name, import.meta.url)));
  // Without -fno-builtin the compiler makes calloc of malloc and memset, also inside calloc.
  const flags = ['-O2', '-fno-builtin', '-static', '-s', '-Wl,--gc-sections', '-I', include];
  const libraries = [library, '-lm', '-lpthread', '-ldl'];
  await quiet(cc, [...flags, '-o', out, source, ...sources, ...libraries]);
  if (isMusl && runner !== undefined) await freeze(out, runner);
}

/** Sets up the runtime in the generated `main`, and lets it freeze and thaw. */
function tune(source) {
  const start = '  rt = JS_NewRuntime();';
  const threshold = `  JS_SetGCThreshold(rt, ${CYCLES_AFTER_BYTES});`;
  const thaw = '  void thaw(void), freeze(JSContext *, const char *);\n  thaw();';
  const text = replaceOnce(
    readFileSync(source, 'utf8'),
    start,
    [thaw, start, threshold].join('\n'),
  );
  const freezing = '  freeze(ctx, argc > 1 ? argv[1] : 0);';
  writeFileSync(source, replaceOnce(text, '  js_std_loop(ctx);', freezing));
}

function replaceOnce(text, old, by) {
  const parts = text.split(old);
  if (parts.length !== 2) throw new Failure('this qjsc writes another main() than is known');
  return parts.join(by);
}
