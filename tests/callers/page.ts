// The files that docs/CNI.md tells its readers to write. The tests write the very same, so that the page
// cannot tell them anything that does not work.

import { readFileSync } from 'node:fs';

const page = readFileSync(new URL('../../docs/CNI.md', import.meta.url), 'utf8');

/** All of it. */
export function pageText(): string {
  return page;
}

/** A network configuration list, as far as tests look into it. */
export interface NetworkList {
  readonly cniVersion: string;
  readonly name: string;
  readonly plugins: readonly Readonly<Record<string, unknown>>[];
}

/** The block below the line that is nothing but this path in backquotes and a colon. */
export function pageFile(path: string): string {
  const start = `\n\`${path}\`:\n\n\`\`\``;
  const at = page.indexOf(start);
  const text = /^\w*\n([\s\S]*?)^```$/m.exec(page.slice(at + start.length))?.[1];
  if (at < 0 || text === undefined) throw new Error(`docs/CNI.md shows no file ${path}`);
  return text;
}

/** The same, parsed. */
export function pageNetwork(path: string): NetworkList {
  return JSON.parse(pageFile(path));
}

/** The pools that `hedgerow init` makes on the page. */
export function pagePools(): readonly string[] {
  const command = /^hedgerow init .*$/m.exec(page)?.[0] ?? '';
  return [...command.matchAll(/--pool (\S+)/g)].map((match) => match[1] ?? '');
}

/** What a runtime hands to the list's first plugin. */
export function firstPlugin({
  plugins,
  ...common
}: NetworkList): Readonly<Record<string, unknown>> {
  return { ...common, ...plugins[0] };
}
