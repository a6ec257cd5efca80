import {
  child,
  imports,
  isTest,
  modules,
  nameOf,
  nodes,
  type ProjectFile,
  problem,
  type Rule,
} from '../source.ts';

/** Tests that may be skipped for good, with the reason. Each entry must still be needed. */
const ALLOWED: readonly { readonly path: string; readonly reason: string }[] = [];

const TESTS = new Set(['it', 'test', 'describe', 'bench']);
const NEVER = new Set(['only', 'skip', 'todo', 'fails']);
const CONDITIONAL = new Set(['skipIf', 'runIf']);

/** A test that does not run proves nothing. */
export const noSkips: Rule = {
  says: 'no test is skipped or singled out; conditions of the machine go through requires()',
  check: (files) => {
    const tests = modules(files).filter((file) => isTest(file.path));
    const found = tests.flatMap((file) => skips(file).map((text) => ({ file, text })));
    const isAllowed = (path: string) => ALLOWED.some((entry) => entry.path === path);
    const stale = ALLOWED.filter(({ path }) => !found.some(({ file }) => file.path === path));
    return [
      ...found.filter(({ file }) => !isAllowed(file.path)).map(({ text }) => text),
      ...stale.map(({ path }) => `${path}:1: skips nothing any more; take it off the list`),
    ];
  },
};

function skips(file: ProjectFile): readonly string[] {
  const helped = imports(file).some(({ from }) => from.endsWith('/support/requires.ts'));
  return [...nodes(file)].flatMap(({ node }) => {
    const property = nameOf(child(node, 'property')) ?? '';
    if (node.type !== 'MemberExpression' || !TESTS.has(rootName(file, node.start))) return [];
    if (NEVER.has(property)) return [problem(file, node.start, `take .${property} away`)];
    if (!CONDITIONAL.has(property) || helped) return [];
    return [problem(file, node.start, `.${property} takes its condition from requires()`)];
  });
}

/** The first word of an expression: `it` of `it.concurrent.skip`. */
function rootName(file: ProjectFile, start: number): string {
  return /^\w+/.exec(file.text.slice(start))?.[0] ?? '';
}
