import { posix } from 'node:path';
import { type ProjectFile, problem, type Rule } from '../source.ts';

// Spelt in two parts, so that this file keeps its own rules.
const NOTE = new RegExp(
  `\\b(${['TO', 'DO'].join('')}|${['FIX', 'ME'].join('')})\\b(?! ?\\(?#\\d)`,
  'g',
);
const HOST = new RegExp(
  [
    `//[\\w.-]*${['regis', 'try'].join('')}`,
    `${['regis', 'try'].join('')}\\.[\\w-]+\\.(org|com|net|io|dev)\\b`,
    ['npm', 'js'].join(''),
    ['//', 'deb\\.'].join(''),
    ['debian', '\\.org'].join(''),
  ].join('|'),
  'gi',
);

/** What is to be done stands in the tracker. */
export const numberedNotes: Rule = {
  says: 'a note of what is left to do carries the number of an issue',
  check: (files) => matches(files, NOTE, 'open an issue and write its number, or do it now'),
};

/** Where packages come from is the machine's configuration, not ours. */
export const noRegistryHosts: Rule = {
  says: 'no file names the host of a package registry',
  check: (files) => matches(files, HOST, 'leave the host to the configuration of the machine'),
};

/** Links of the documentation lead somewhere. */
export const links: Rule = {
  says: 'relative links in Markdown lead to files of the project',
  check: (files) => {
    const targets = new Set(files.flatMap((file) => [file.path, ...folders(file.path)]));
    return files
      .filter((file) => file.path.endsWith('.md'))
      .flatMap((file) =>
        [...file.text.matchAll(/\]\(([^)\s]+)\)|(?:src|href)="([^"]+)"/g)].flatMap((match) => {
          const target = (match[1] ?? match[2] ?? '').replace(/#.*$/, '');
          if (target === '' || /^[a-z]+:/.test(target)) return [];
          const path = posix.join(posix.dirname(file.path), target).replace(/\/$/, '');
          return targets.has(path) ? [] : [problem(file, match.index, `${target} is not there`)];
        }),
      );
  },
};

function matches(
  files: readonly ProjectFile[],
  pattern: RegExp,
  advice: string,
): readonly string[] {
  return files.flatMap((file) =>
    [...file.text.matchAll(pattern)].map((match) =>
      problem(file, match.index, `"${match[0]}": ${advice}`),
    ),
  );
}

function folders(path: string): readonly string[] {
  const folder = posix.dirname(path);
  return folder === '.' ? ['.'] : [folder, ...folders(folder)];
}
