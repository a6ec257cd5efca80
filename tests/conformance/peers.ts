// The plugins of the published page: ours and Debian's.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { readSubject, type Subject } from './subject.ts';
import { hedgerow } from './subjects/hedgerow.ts';

const DEBIAN_DIR = '/usr/lib/cni';

/** Ours first. */
export const subjects: readonly Subject[] = [
  hedgerow,
  fromFile('hostLocal.json', 'host-local'),
  fromFile('static.json', 'static'),
];

function fromFile(file: string, name: string): Subject {
  const text = readFileSync(new URL(`subjects/${file}`, import.meta.url), 'utf8');
  return readSubject(text, `${DEBIAN_DIR}/${name}`);
}

/** The Debian package of a file and its version, without the number of the rebuild; undefined where there is none. */
export function debianVersion(path: string): string | undefined {
  const owner = spawnSync('dpkg', ['-S', path], { encoding: 'utf8' });
  const [name = ''] = (owner.stdout ?? '').split(':');
  if (owner.status !== 0 || name === '') return undefined;
  const { stdout } = spawnSync('dpkg-query', ['-W', name], { encoding: 'utf8' });
  const version = stdout.trim().split(/\s+/).at(-1) ?? '';
  return `${name} ${version.replace(/\+b\d+$/, '')}`;
}
