// Fetches a source package with apt, from the mirror that this machine is configured for, without touching
// the machine's own lists. Works for any user.

import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { userInfo } from 'node:os';
import { join } from 'node:path';
import { Failure, quiet } from '../setup/progress.mjs';

const KEYRINGS = ['pgp', 'gpg'].map((end) => `/usr/share/keyrings/debian-archive-keyring.${end}`);

/** Downloads the package's sources and gives `{ archive, version }`. Throws a Failure that says why not. */
export async function fetchSources(name, suite, folder) {
  const mirror = findMirror();
  const keyring = KEYRINGS.find((path) => existsSync(path));
  if (mirror === undefined || keyring === undefined)
    throw new Failure(
      'this machine has no Debian mirror configured, or lacks debian-archive-keyring',
    );
  rmSync(folder, { recursive: true, force: true });
  for (const part of ['lists/partial', 'archives/partial'])
    mkdirSync(join(folder, part), { recursive: true });
  const list = join(folder, 'sources.sources');
  const stanza = {
    Types: 'deb-src',
    URIs: mirror,
    Suites: suite,
    Components: 'main',
    'Signed-By': keyring,
  };
  writeFileSync(
    list,
    Object.entries(stanza)
      .map(([key, value]) => `${key}: ${value}\n`)
      .join(''),
  );
  const options = aptOptions({
    'Dir::Etc::SourceList': '/dev/null',
    'Dir::Etc::SourceParts': '/dev/null',
    'Dir::Etc::sourcelist': list,
    'Dir::State::Lists': join(folder, 'lists'),
    'Dir::Cache': join(folder, 'archives'),
    'APT::Sandbox::User': userInfo().username,
  });
  await quiet('apt-get', [...options, 'update'], { cwd: folder });
  await quiet('apt-get', [...options, 'source', '--download-only', name], { cwd: folder });
  return checkedArchive(name, folder);
}

function aptOptions(options) {
  return Object.entries(options).flatMap(([key, value]) => ['-o', `${key}=${value}`]);
}

/** The original sources, their hash compared with the signed description's. */
function checkedArchive(name, folder) {
  const files = readdirSync(folder);
  const description = files.find((file) => file.endsWith('.dsc'));
  const archive = files.find(
    (file) => file.startsWith(`${name}_`) && /\.orig\.tar\.\w+$/.test(file),
  );
  if (description === undefined || archive === undefined)
    throw new Failure(`the source package ${name} came without sources`);
  const sums = readFileSync(join(folder, description), 'utf8').split('Checksums-Sha256:')[1] ?? '';
  const sum = createHash('sha256')
    .update(readFileSync(join(folder, archive)))
    .digest('hex');
  const line = sums.split('\n').find((one) => one.trim().endsWith(` ${archive}`));
  if (line?.trim().split(' ')[0] !== sum)
    throw new Failure(`${archive} does not have its signed hash`);
  const version = description.slice(name.length + 1, -'.dsc'.length);
  return { archive: join(folder, archive), version };
}

/** The mirror that Debian's own packages come from: deb822 or one-line format. */
function findMirror() {
  const parts = '/etc/apt/sources.list.d';
  const names = existsSync(parts) ? readdirSync(parts).map((name) => join(parts, name)) : [];
  const files = ['/etc/apt/sources.list', ...names].filter((file) => existsSync(file));
  const uris = files.flatMap((file) => {
    const text = readFileSync(file, 'utf8').replace(/^\s*#.*$/gm, '');
    if (file.endsWith('.sources')) return stanzaUris(text);
    return file.endsWith('.list') ? lineUris(text) : [];
  });
  return uris.find((uri) => /^https?:.*\/debian\/?$/.test(uri));
}

function stanzaUris(text) {
  const stanzas = text.split(/\n\s*\n/).filter((stanza) => !/^Enabled:\s*no\b/im.test(stanza));
  return stanzas.flatMap((stanza) => (/^URIs:\s*(.*)$/im.exec(stanza)?.[1] ?? '').split(/\s+/));
}

function lineUris(text) {
  return [...text.matchAll(/^\s*deb(?:-src)?\s+(?:\[[^\]]*\]\s+)?(\S+)/gm)].map(
    (match) => match[1],
  );
}
