// Builds core's testing folder with one mutant in it, in memory, and loads it: the sources stay untouched.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import type * as testing from '@hedgerow/core/testing';
import { build, stop } from 'esbuild';
import type { Mutant } from './types.ts';

const core = join(dirname(fileURLToPath(import.meta.url)), '../../../packages/core/src');

/** The text of a source file with the mutant's patches. Throws when a text is not there exactly once. */
export function mutated(mutant: Mutant, file: string): string {
  let text = readFileSync(join(core, file), 'utf8');
  for (const { search, replace, file: patched } of mutant.patches) {
    if (patched !== file) continue;
    const parts = text.split(search);
    if (parts.length !== 2) {
      throw new Error(`${mutant.name}: ${file} has ${parts.length - 1} times: ${search}`);
    }
    text = parts.join(replace);
  }
  return text;
}

/** `@hedgerow/core/testing` with this mutant, or as it is. */
export async function loadTesting(mutant: Mutant | undefined): Promise<typeof testing> {
  const files = new Set(mutant?.patches.map(({ file }) => file));
  const result = await build({
    entryPoints: [join(core, 'testing/index.ts')],
    bundle: true,
    write: false,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    plugins: [
      {
        name: 'mutant',
        setup({ onLoad }) {
          onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const file = path.slice(core.length + 1);
            if (mutant === undefined || !files.has(file)) return undefined;
            return { contents: mutated(mutant, file), loader: 'ts' };
          });
        },
      },
    ],
  });
  const folder = mkdtempSync(join(tmpdir(), 'hedgerow-mutant-'));
  try {
    const path = join(folder, 'testing.mjs');
    writeFileSync(path, result.outputFiles[0]?.contents ?? '');
    return (await import(pathToFileURL(path).href)) as typeof testing;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Ends the compiler's process. It starts again when it is needed. */
export async function endLoading(): Promise<void> {
  await stop();
}
