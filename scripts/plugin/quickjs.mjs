// Finds QuickJS: installed (Debian package `quickjs` from trixie on), built before, or built now from the
// source package. Gives the bytecode compiler, and what its output is compiled and linked with.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../setup/progress.mjs';
import { buildQuickJs, builtQuickJs } from './buildQuickJs.mjs';

const compiler = 'gcc';

/** What the result depends on besides our sources, as one text. */
export function describeTools() {
  const version = spawnSync(compiler, ['-dumpfullversion', '-dumpmachine'], { encoding: 'utf8' });
  return [version.stdout ?? 'no compiler', findProgram('qjsc') ?? 'no qjsc'].join('\n');
}

/** `{ qjsc, cc, include, library, version }`. Throws a Failure that says what is missing. */
export async function findQuickJs() {
  requirePrograms([compiler]);
  const found = installed() ?? builtQuickJs();
  if (found !== undefined) return found;
  requirePrograms(['make', 'tar', 'xz', 'apt-get']);
  return buildQuickJs(compiler);
}

function installed() {
  const qjsc = findProgram('qjsc');
  if (qjsc === undefined) return undefined;
  const prefix = dirname(dirname(qjsc));
  const machine = spawnSync(compiler, ['-dumpmachine'], { encoding: 'utf8' }).stdout.trim();
  const folders = ['lib/quickjs', `lib/${machine}/quickjs`, `lib/${machine}`, 'lib'];
  const library = folders.map((f) => join(prefix, f, 'libquickjs.a')).find(existsSync);
  const include = ['include/quickjs', 'include']
    .map((folder) => join(prefix, folder))
    .find((folder) => existsSync(join(folder, 'quickjs-libc.h')));
  if (library === undefined || include === undefined) return undefined;
  return { qjsc, cc: compiler, include, library, version: 'as installed' };
}

function requirePrograms(names) {
  const missing = names.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return;
  const packages = 'gcc libc6-dev make xz-utils';
  throw new Failure(`${missing.join(', ')} not found; on Debian: apt-get install ${packages}`);
}

function findProgram(name) {
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => join(folder, name)).find(existsSync);
}
