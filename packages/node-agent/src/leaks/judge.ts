/**
 * Whether the namespace of a claim is there, judged by its name alone.
 *
 * `gone` takes all of these: the name was seen in this very directory before, with a namespace behind it; the
 * directory is there and can be read; the name is not in it. Everything else is a reason to leave it alone.
 */
import { posix } from 'node:path';
import type { Sight } from './sights.ts';
import type { Blind, NamespaceDirectory, Namespaces } from './types.ts';

/** What a look at one name says. */
export type Verdict =
  | { readonly kind: 'present'; readonly sight: Sight }
  | { readonly kind: 'gone' }
  | { readonly kind: 'unknown'; readonly reason: string };

/** One look: each directory is read once. */
export interface Look {
  readonly namespaces: Namespaces;
  readonly directories: Map<string, NamespaceDirectory | Blind>;
}

/** `sight`: where it was seen last. */
export function judge(look: Look, netns: string, sight: Sight | undefined): Verdict {
  const problem = pathProblem(netns);
  if (problem !== undefined) return { kind: 'unknown', reason: problem };
  const path = posix.dirname(netns);
  const directory = look.directories.get(path) ?? look.namespaces.directory(path);
  look.directories.set(path, directory);
  if ('problem' in directory) return { kind: 'unknown', reason: directory.problem };
  if (directory.names.has(posix.basename(netns))) return judgePresent(look, netns, directory);
  if (sight === undefined) {
    return { kind: 'unknown', reason: `${netns} was never seen here; it may be elsewhere` };
  }
  if (sight.directory === directory.id) return { kind: 'gone' };
  return { kind: 'unknown', reason: `${path} is not the directory any more that it was seen in` };
}

function judgePresent({ namespaces }: Look, netns: string, { id }: NamespaceDirectory): Verdict {
  const inode = namespaces.inodeAt(netns);
  if (inode !== undefined) return { kind: 'present', sight: { directory: id, inode } };
  return { kind: 'unknown', reason: `${netns} is there, but no namespace can be seen behind it` };
}

/** Why the path of a namespace tells nothing about its end, or undefined. */
function pathProblem(netns: string): string | undefined {
  if (netns === '') return 'its caller named no namespace';
  if (!netns.startsWith('/') || posix.normalize(netns) !== netns || netns.endsWith('/')) {
    return `${netns} is no plain absolute path`;
  }
  // The process may end while others go on in its namespace, and its number is given again.
  if (netns.startsWith('/proc/'))
    return `${netns} names a process, which may end before its namespace`;
  return undefined;
}

/** What the path says to a person who asks: `gone` only when its directory is there and the name is not. */
export function namespaceState(
  namespaces: Namespaces,
  netns: string,
): 'present' | 'gone' | 'unknown' {
  if (!netns.startsWith('/')) return 'unknown';
  const directory = namespaces.directory(posix.dirname(netns));
  if ('problem' in directory) return netns.startsWith('/proc/') ? 'gone' : 'unknown';
  return namespaces.isAbsent(netns) ? 'gone' : 'present';
}
