// Builds QuickJS from Debian's source package, and musl to link it with. glibc asks the processor about its
// caches on every start, which takes 0.3 ms in a virtual machine: a third of what an ADD takes with musl.
// musl's older allocator is the quicker one for a short life in one thread.

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
const store = join(cache, 'quickjs');
const PARTS = ['qjsc', 'libquickjs.a', 'quickjs.h', 'quickjs-libc.h'];
/** Written last: what lies beside it is whole. */
const MARK = 'built-with-musl';

/** What an earlier build left, or undefined. */
export function builtQuickJs() {
  if (!existsSync(store)) return undefined;
  const version = readdirSync(store).find((name) => existsSync(join(store, name, MARK)));
  return version === undefined ? undefined : describe(version);
}

function describe(version) {
  const include = join(store, version);
  return {
    qjsc: join(include, 'qjsc'),
    cc: join(include, 'musl', 'bin', 'musl-gcc'),
    include,
    library: join(include, 'libquickjs.a'),
    version,
  };
}

/** Fetches, builds and keeps it. Throws a Failure that says what went wrong. */
export async function buildQuickJs(compiler) {
  // Somebody else may build at the same time: everything grows aside and is moved into place at the end.
  const aside = join(cache, `quickjs.${process.pid}`);
  rmSync(aside, { recursive: true, force: true });
  try {
    say('  fetching the sources of QuickJS and musl from Debian');
    const quickjs = await unpack('quickjs', aside);
    const musl = await unpack('musl', aside);
    say('  building QuickJS and musl (half a minute, once)');
    const made = join(aside, 'made');
    await buildParts({ quickjs, musl, made, compiler });
    writeFileSync(join(made, MARK), `musl ${musl.version}\n`);
    keep(made, join(store, quickjs.version));
    return describe(quickjs.version);
  } finally {
    rmSync(aside, { recursive: true, force: true });
  }
}

async function buildParts({ quickjs, musl, made, compiler }) {
  mkdirSync(made, { recursive: true });
  const cc = await buildMusl(musl.folder, join(made, 'musl'), compiler);
  const parts = ['qjsc', 'libquickjs.a', `CC=${cc}`, 'LDFLAGS=-static'];
  await quiet('make', ['-j2', ...parts], { cwd: quickjs.folder });
  for (const part of PARTS) cpSync(join(quickjs.folder, part), join(made, part));
}

/** musl's compiler wrapper has its own path in two files. */
function keep(made, place) {
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

async function buildMusl(folder, prefix, compiler) {
  // Grows the heap by 256 KB instead of one page: 90 system calls less in each start.
  const allocator = join(folder, 'src', 'malloc', 'oldmalloc', 'malloc.c');
  const text = readFileSync(allocator, 'utf8');
  writeFileSync(allocator, text.replace('n += -n & PAGE_SIZE-1;', 'n += -n & 0x3ffff;'));
  const options = [`--prefix=${prefix}`, '--disable-shared', '--with-malloc=oldmalloc'];
  await quiet('./configure', [...options, `CC=${compiler}`], { cwd: folder });
  await quiet('make', ['-j2'], { cwd: folder });
  await quiet('make', ['install'], { cwd: folder });
  return join(prefix, 'bin', 'musl-gcc');
}
