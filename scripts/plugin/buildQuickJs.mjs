// Builds QuickJS from Debian's source package, and musl to link it with. glibc asks the processor about its
// caches on every start, which takes 0.3 ms in a virtual machine: a third of what an ADD takes with musl.

import {
  cpSync,
  existsSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { cache } from '../setup/paths.mjs';
import { quiet, say } from '../setup/progress.mjs';
import { fetchSources } from './debianSources.mjs';

const SUITE = 'trixie';
const PARTS = ['qjsc', 'libquickjs.a', 'quickjs.h', 'quickjs-libc.h'];
/** Written last: what lies beside it is whole. */
const MARK = 'built-with-musl';

/** What an earlier build left, or undefined. */
export function builtQuickJs({ store }) {
  const place = join(cache, store);
  if (!existsSync(place)) return undefined;
  const version = readdirSync(place).find((name) => existsSync(join(place, name, MARK)));
  return version === undefined ? undefined : describe(place, version);
}

function describe(place, version) {
  const include = join(place, version);
  return {
    qjsc: join(include, 'qjsc'),
    cc: join(include, 'musl', 'bin', 'musl-gcc'),
    include,
    library: join(include, 'libquickjs.a'),
    isMusl: true,
    version,
  };
}

/**
 * Fetches, builds and keeps it, for a target `{ store, compiler, prefix, options }`. Throws a Failure that says
 * what went wrong.
 */
export async function buildQuickJs(target) {
  // Somebody else may build at the same time: everything grows aside and is moved into place at the end.
  const aside = join(cache, `${target.store}.${process.pid}`);
  rmSync(aside, { recursive: true, force: true });
  try {
    say('  fetching the sources of QuickJS and musl from Debian');
    const quickjs = await unpack('quickjs', aside);
    const musl = await unpack('musl', aside);
    say('  building QuickJS and musl (half a minute, once)');
    const made = join(aside, 'made');
    await buildParts({ quickjs, musl, made, target });
    writeFileSync(join(made, MARK), `musl ${musl.version}\n`);
    const place = join(cache, target.store);
    keep(made, place, quickjs.version);
    return describe(place, quickjs.version);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

async function buildParts({ quickjs, musl, made, target }) {
  mkdirSync(made, { recursive: true });
  const cc = await buildMusl(musl.folder, join(made, 'musl'), target);
  // Where the library is for another processor, qjsc of this one writes the bytecode for it.
  const parts = PARTS.filter((part) => part !== 'qjsc' || target.prefix === '');
  const goals = parts.filter((part) => !part.endsWith('.h'));
  const tools = [`CROSS_PREFIX=${target.prefix}`, `CC=${cc}`, 'LDFLAGS=-static'];
  await quiet('make', ['-j2', ...goals, ...tools], { cwd: quickjs.folder });
  for (const part of parts) cpSync(join(quickjs.folder, part), join(made, part));
}

/** musl's compiler wrapper has its own path in two files. */
function keep(made, store, version) {
  const place = join(store, version);
  for (const file of ['bin/musl-gcc', 'lib/musl-gcc.specs']) {
    const path = join(made, 'musl', file);
    writeFileSync(path, readFileSync(path, 'utf8').replaceAll(made, place));
  }
  rmSync(place, { recursive: true, force: true });
  mkdirSync(store, { recursive: true });
  renameSync(made, place);
}

async function unpack(name, aside) {
  const { archive, version } = await fetchSources(name, SUITE, join(aside, 'download', name));
  const folder = join(aside, name);
  mkdirSync(folder, { recursive: true });
  await quiet('tar', ['-xf', archive, '-C', folder, '--strip-components=1']);
  return { folder, version };
}

async function buildMusl(folder, prefix, { compiler, options: target }) {
  const options = [`--prefix=${prefix}`, '--disable-shared', ...target];
  await quiet('./configure', [...options, `CC=${compiler}`], { cwd: folder });
  await quiet('make', ['-j2'], { cwd: folder });
  await quiet('make', ['install'], { cwd: folder });
  return join(prefix, 'bin', 'musl-gcc');
}
