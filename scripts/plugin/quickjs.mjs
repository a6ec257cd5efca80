// Finds QuickJS: installed (Debian package `quickjs` from trixie on), built before, or built now from the
// source package. Gives the compiler, the folder of its headers, and the static library, all of one version.

import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { cache } from '../setup/paths.mjs';
import { Failure, quiet, say } from '../setup/progress.mjs';
import { fetchSources } from './debianSources.mjs';

export const compiler = 'gcc';
const store = join(cache, 'quickjs');
const PARTS = ['qjsc', 'libquickjs.a', 'quickjs.h', 'quickjs-libc.h'];

/** What the result depends on besides our sources, as one text. */
export function describeTools() {
  const version = spawnSync(compiler, ['-dumpfullversion', '-dumpmachine'], { encoding: 'utf8' });
  return [version.stdout ?? 'no compiler', findProgram('qjsc') ?? 'no qjsc'].join('\n');
}

/** Throws a Failure that says what is missing. */
export async function findQuickJs() {
  requirePrograms([compiler]);
  return installed() ?? built() ?? (await buildNow());
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
  return { qjsc, library, include, version: 'as installed' };
}

function builtVersions() {
  if (!existsSync(store)) return [];
  const isWhole = (version) => PARTS.every((part) => existsSync(join(store, version, part)));
  return readdirSync(store).filter(isWhole).sort();
}

function built() {
  const version = builtVersions().at(-1);
  if (version === undefined) return undefined;
  const include = join(store, version);
  return { qjsc: join(include, 'qjsc'), library: join(include, 'libquickjs.a'), include, version };
}

async function buildNow() {
  requirePrograms(['make', 'tar', 'xz', 'apt-get']);
  say('  fetching the sources of QuickJS from Debian');
  const fetched = await fetchSources('quickjs', 'trixie', join(store, 'download'));
  const sources = join(store, 'sources');
  rmSync(sources, { recursive: true, force: true });
  mkdirSync(sources, { recursive: true });
  await quiet('tar', ['-xf', fetched.archive, '-C', sources, '--strip-components=1']);
  say('  building QuickJS (30 s, once)');
  await quiet('make', ['-j2', 'qjsc', 'libquickjs.a', `CC=${compiler}`], { cwd: sources });
  const made = join(store, `${fetched.version}.new`);
  mkdirSync(made, { recursive: true });
  for (const part of PARTS) cpSync(join(sources, part), join(made, part));
  renameSync(made, join(store, fetched.version));
  rmSync(sources, { recursive: true, force: true });
  rmSync(join(store, 'download'), { recursive: true, force: true });
  return built();
}

function requirePrograms(names) {
  const missing = names.filter((name) => findProgram(name) === undefined);
  if (missing.length === 0) return;
  throw new Failure(
    `${missing.join(', ')} not found; on Debian: apt-get install gcc libc6-dev make xz-utils`,
  );
}

function findProgram(name) {
  const folders = (process.env.PATH ?? '').split(':').filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => join(folder, name)).find(existsSync);
}
