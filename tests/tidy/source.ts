// The project's files as the rules see them: text, and a syntax tree where text would mislead.

import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, posix } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'vitest/node';

/** A file with its path from the top of the tree. */
export interface ProjectFile {
  readonly path: string;
  readonly text: string;
}

/** A rule of the house. `check` returns one line per violation: `path:line: what to do`. */
export interface Rule {
  readonly says: string;
  check(files: readonly ProjectFile[]): readonly string[];
}

/** A node of the syntax tree, as ESTree and its TypeScript extension name them. */
export interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly [field: string]: unknown;
}

const top = dirname(dirname(dirname(fileURLToPath(import.meta.url))));
const SKIPPED = new Set(['.git', 'node_modules', 'dist', '.cache', 'coverage', '.stryker-tmp']);

/** All text files that belong to the project. Walks the folders: a copy without git is checked too. */
export function readProject(): readonly ProjectFile[] {
  return walkFolders('').map((path) => ({ path, text: readFileSync(join(top, path), 'utf8') }));
}

function walkFolders(folder: string): readonly string[] {
  const entries = readdirSync(join(top, folder), { withFileTypes: true });
  return entries.flatMap((entry) => {
    const path = posix.join(folder, entry.name);
    if (SKIPPED.has(entry.name) || entry.name.endsWith('.tsbuildinfo')) return [];
    if (entry.isDirectory()) return walkFolders(path);
    return entry.isFile() ? [path] : [];
  });
}

/** Statements of a module, in order. */
export function statements(file: ProjectFile): readonly Node[] {
  return children(parse(file), 'body');
}

/** All nodes of a module, each after its parent. */
export function* nodes(
  file: ProjectFile,
): Generator<{ readonly node: Node; readonly parent: Node }> {
  const root = parse(file);
  const open: { node: Node; parent: Node }[] = [{ node: root, parent: root }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    yield next;
    const parent = next.node;
    const found = Object.values(parent).flat().filter(isNode);
    open.push(...found.toReversed().map((node) => ({ node, parent })));
  }
}

const parsed = new WeakMap<ProjectFile, Node>();

function parse(file: ProjectFile): Node {
  const known = parsed.get(file);
  if (known !== undefined) return known;
  const program: unknown = parseAst(file.text, { lang: file.path.endsWith('.ts') ? 'ts' : 'js' });
  if (!isNode(program)) throw new Error(`${file.path}: the parser returned no program`);
  parsed.set(file, program);
  return program;
}

/** A field that holds nodes; empty when it does not. */
export function children(node: Node, field: string): readonly Node[] {
  const value = node[field];
  return Array.isArray(value) ? value.filter(isNode) : [];
}

/** A field that holds one node. */
export function child(node: Node, field: string): Node | undefined {
  const value = node[field];
  return isNode(value) ? value : undefined;
}

/** Name of an identifier, or value of a string. */
export function nameOf(node: Node | undefined): string | undefined {
  const name = node?.['name'] ?? node?.['value'];
  return typeof name === 'string' ? name : undefined;
}

/** Modules that a file imports or re-exports, each with the statement or expression that does it. */
export function imports(
  file: ProjectFile,
): readonly { readonly from: string; readonly node: Node }[] {
  return [...nodes(file)].flatMap(({ node }) => {
    const isImport = /^(Import|Export\w+)Declaration$|^ImportExpression$|^TSImportType$/;
    const from = isImport.test(node.type) ? nameOf(child(node, 'source')) : undefined;
    return from === undefined ? [] : [{ from, node }];
  });
}

/** `path:line: message` */
export function problem(file: ProjectFile, offset: number, message: string): string {
  return `${file.path}:${file.text.slice(0, offset).split('\n').length}: ${message}`;
}

/** The comment that stands directly before an offset, or '' when there is none. */
export function commentBefore(file: ProjectFile, offset: number): string {
  const before = file.text.slice(0, offset).trimEnd();
  if (before.endsWith('*/')) return before.slice(before.lastIndexOf('/*'));
  const line = before.slice(before.lastIndexOf('\n') + 1).trim();
  return line.startsWith('//') ? line : '';
}

/** TypeScript modules, declarations excepted. */
export function modules(files: readonly ProjectFile[]): readonly ProjectFile[] {
  return files.filter((file) => file.path.endsWith('.ts') && !file.path.endsWith('.d.ts'));
}

/** Source of the packages, without the tests beside it. */
export function packageSources(files: readonly ProjectFile[]): readonly ProjectFile[] {
  const isSource = (path: string) => /^packages\/[^/]+\/src\//.test(path) && !isTest(path);
  return modules(files).filter((file) => isSource(file.path));
}

/** True for a test file. */
export function isTest(path: string): boolean {
  return path.endsWith('.test.ts');
}

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && 'start' in value;
}
