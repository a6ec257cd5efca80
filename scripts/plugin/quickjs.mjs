// Finds QuickJS: installed (Debian package `quickjs` from trixie on), built before, or built now from the
// source package. Gives the bytecode compiler, and what its output is compiled and linked with.

import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { Failure } from '../setup/progress.mjs';
import { buildQuickJs, builtQuickJs } from './buildQuickJs.mjs';

const compiler = 'gcc';

/** Processors that executables can be made for. `options` are those of musl's configure. */
const TARGETS = {
  native: { store: 'quickjs', compiler, prefix: '', options: [] },
  arm64: {
    store: 'quickjs-arm64',
    compiler: 'aarch64-linux-gnu-gcc',
    prefix: 'aarch64-linux-gnu-',
    options: ['--target=aarch64-linux-gnu', 'CROSS_COMPILE=aarch64-linux-gnu-'],
  },
};

/** What the result depends on besides our sources, as one text. */
export function describeTools() {
  const version = spawnSync(compiler, ['-dumpfullversion', '-dumpmachine'], { encoding: 'utf8' });
  return [version.stdout ?? 'no compiler', findProgram('qjsc') ?? 'no qjsc'].join('\n');
}

/** `{ qjsc, cc, include, library, version, isMusl }`. Throws a Failure that says what is missing. */
export async function findQuickJs() {
  requirePrograms([compiler]);
  return installed() ?? (await builtFor('native'));
}

/** The same to make executables for arm64. */
export async function findCrossQuickJs() {
  requirePrograms([TARGETS.arm64.compiler], 'gcc-aarch64-linux-gnu libc6-dev-arm64-cross');
  // Bytecode of one version means nothing to another: an installed qjsc may be of any.
  const { qjsc, version } = await builtFor('native');
  const cross = await builtFor('arm64');
  if (version !== cross.version)
    throw new Failure(`qjsc is of QuickJS ${version}, the library for arm64 of ${cross.version}`);
  return { ...cross, qjsc };
}

async function builtFor(name) {
  const target = TARGETS[name];
  const found = builtQuickJs(target);
  if (found !== undefined) return found;
  requirePrograms(['make', 'tar', 'xz', 'apt-get']);
  return buildQuickJs(target);
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
  return { qjsc, cc: compiler, include, library, isMusl: false, version: 'as installed' };
}

function requirePrograms(names, packages = 'gcc libc6-dev make xz-utils') {
  const missing = names.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return;
  throw new Failure(`${missing.join(', ')} not found; on Debian: apt-get install ${packages}`);
}

/** A program's path, or undefined. */
export function findProgram(name) {
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => join(folder, name)).find(existsSync);
}
