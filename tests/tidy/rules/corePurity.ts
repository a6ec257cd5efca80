import {
  child,
  type Node,
  nameOf,
  nodes,
  type ProjectFile,
  packageSources,
  problem,
  type Rule,
} from '../source.ts';

// The simulator replays a run from its seed only if core has no clock, no chance and no I/O of its own.
const BANNED = new Set([
  'Date',
  'Promise',
  'clearInterval',
  'clearTimeout',
  'console',
  'crypto',
  'fetch',
  'globalThis',
  'performance',
  'process',
  'queueMicrotask',
  'require',
  'setImmediate',
  'setInterval',
  'setTimeout',
]);

/** Core is pure. */
export const corePurity: Rule = {
  says: 'core has no clock, randomness, I/O or waiting of its own',
  check: (files) =>
    packageSources(files)
      .filter((file) => file.path.startsWith('packages/core/'))
      .flatMap(impurities),
};

function impurities(file: ProjectFile): readonly string[] {
  return [...nodes(file)].flatMap(({ node, parent }) => {
    const what = impurity(node, parent);
    return what === undefined ? [] : [problem(file, node.start, `core must not use ${what}`)];
  });
}

function impurity(node: Node, parent: Node): string | undefined {
  const name = nameOf(node);
  if (node.type === 'Literal' && name?.startsWith('node:')) return name;
  if (node.type === 'AwaitExpression' || node['await'] === true) return 'await';
  if (node['async'] === true) return 'async';
  if (node.type !== 'Identifier' || name === undefined) return undefined;
  if (name === 'random' && nameOf(child(parent, 'object')) === 'Math') return 'Math.random';
  return BANNED.has(name) && !isMemberName(node, parent) ? name : undefined;
}

/** `x.process` and `{ process: 1 }` name a member; only a bare `process` is the global. */
function isMemberName(node: Node, parent: Node): boolean {
  if (parent['computed'] === true || parent['shorthand'] === true) return false;
  return parent['property'] === node || parent['key'] === node;
}
