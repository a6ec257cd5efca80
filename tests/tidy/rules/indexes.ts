import { posix } from 'node:path';
import { packageSources, problem, type Rule, statements } from '../source.ts';

/** Core's folders are its public parts: each says what it offers. */
export const indexPresence: Rule = {
  says: 'each folder of core has an index.ts',
  check: (files) => {
    const sources = packageSources(files).filter((file) => file.path.startsWith('packages/core/'));
    const paths = new Set(sources.map((file) => file.path));
    const folders = new Set(sources.map((file) => posix.dirname(file.path)));
    return [...folders]
      .filter((folder) => !paths.has(`${folder}/index.ts`))
      .map((folder) => `${folder}/index.ts:1: is missing`);
  },
};

/** A star would let anything slip out unseen. */
export const namedExports: Rule = {
  says: 'an index lists what it exports by name, and does nothing else',
  check: (files) =>
    packageSources(files)
      .filter((file) => file.path.endsWith('/index.ts'))
      .flatMap((file) =>
        statements(file)
          .filter((node) => node.type !== 'ExportNamedDeclaration' || node['source'] === null)
          .map((node) => problem(file, node.start, "write `export { name } from './file.ts'`")),
      ),
};
