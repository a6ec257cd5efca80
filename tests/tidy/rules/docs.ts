import { posix } from 'node:path';
import {
  child,
  children,
  commentBefore,
  type Node,
  nameOf,
  type ProjectFile,
  packageSources,
  problem,
  type Rule,
  statements,
} from '../source.ts';

/** A module says what it is for where a reader looks first. */
export const moduleHeaders: Rule = {
  says: 'a module starts with a comment, or its first statement after the imports has one',
  check: (files) =>
    packageSources(files)
      .filter((file) => !file.path.endsWith('/index.ts'))
      .flatMap((file) => {
        const first = statements(file).find((node) => node.type !== 'ImportDeclaration');
        const hasOne = /^\s*(#!.*\n)?\s*\/[/*]/.test(file.text) || first === undefined;
        if (hasOne || commentBefore(file, first.start) !== '') return [];
        return [problem(file, 0, 'start with a comment that says what this module guarantees')];
      }),
};

/** What others call says shapes, units, errors and sources. */
export const docstrings: Rule = {
  says: 'each function and class that an index exports has a docstring',
  check: (files) => {
    const sources = packageSources(files);
    const byPath = new Map(sources.map((file) => [file.path, file]));
    return sources
      .filter((file) => file.path.endsWith('/index.ts'))
      .flatMap((index) => exported(index))
      .flatMap(({ path, name }) => {
        const file = byPath.get(path);
        return file === undefined ? [] : undocumented(file, name);
      });
  },
};

function exported(index: ProjectFile): readonly { readonly path: string; readonly name: string }[] {
  return statements(index).flatMap((node) => {
    const from = nameOf(child(node, 'source'));
    if (from === undefined) return [];
    const path = posix.join(posix.dirname(index.path), from);
    return children(node, 'specifiers').map((specifier) => ({
      path,
      name: nameOf(child(specifier, 'local')) ?? '',
    }));
  });
}

function undocumented(file: ProjectFile, name: string): readonly string[] {
  return statements(file)
    .filter((node) => node.type === 'ExportNamedDeclaration' && declares(node, name))
    .filter((node) => !commentBefore(file, node.start).startsWith('/**'))
    .map((node) => problem(file, node.start, `${name} is public and has no docstring`));
}

function declares(statement: Node, name: string): boolean {
  const declaration = child(statement, 'declaration');
  if (!/^(Function|Class)Declaration$/.test(declaration?.type ?? '')) return false;
  return declaration !== undefined && nameOf(child(declaration, 'id')) === name;
}
