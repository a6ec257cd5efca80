import { imports, packageSources, problem, type Rule } from '../source.ts';

/** What of ours each package may import. */
const ALLOWED: Readonly<Record<string, readonly string[]>> = {
  core: [],
  cni: ['core'],
  'node-agent': ['core'],
};

/** Imports run one way. */
export const importDirection: Rule = {
  says: 'core imports nothing of ours; cni and node-agent import core and never each other',
  check: (files) =>
    packageSources(files).flatMap((file) => {
      const [, owner = '', , ...inside] = file.path.split('/');
      const allowed = ALLOWED[owner] ?? [];
      return imports(file)
        .filter(({ from }) => {
          const other = /^@hedgerow\/([^/]+)/.exec(from)?.[1];
          const isOutside = from.startsWith('.') && climbs(from) >= inside.length;
          return isOutside || (other !== undefined && !allowed.includes(other));
        })
        .map(({ from, node }) => problem(file, node.start, `${owner} must not import ${from}`));
    }),
};

/** Relative imports name the file. */
export const importNames: Rule = {
  says: 'relative imports end in .ts',
  check: (files) =>
    packageSources(files).flatMap((file) =>
      imports(file)
        .filter(({ from }) => from.startsWith('.') && !from.endsWith('.ts'))
        .map(({ from, node }) => problem(file, node.start, `write ${from} with its ending, .ts`)),
    ),
};

function climbs(from: string): number {
  return from.split('/').filter((part) => part === '..').length;
}
