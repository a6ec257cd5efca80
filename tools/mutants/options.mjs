// How Stryker runs over one folder of core: in a copy of core alone, one process, and a mutant only against
// the tests that reach it.
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Where reports and what is known of earlier runs lie; git ignores it. */
export const reports = '.cache/mutants';

/** Path of a folder's report in the mutation testing report schema. */
export function reportOf(folder) {
  return join(reports, `${folder}.json`);
}

/** Stryker's options. `isFresh`: every mutant again, whatever is known from earlier runs. */
export function optionsFor(folder, isFresh) {
  const here = (name) => fileURLToPath(import.meta.resolve(name));
  const core = 'packages/core';
  return {
    plugins: [here('@stryker-mutator/vitest-runner'), here('./texts.mjs')],
    testRunner: 'vitest',
    vitest: { configFile: 'tools/mutants/vitest.config.mjs' },
    mutate: [`${core}/src/${folder}/*.ts`, `!${core}/src/${folder}/{test[A-Z]*,*.test}.ts`],
    ignorers: ['texts'],
    ignorePatterns: ['**', `!${core}/package.json`, `!${core}/src/**`, '!tools/mutants/**'],
    coverageAnalysis: 'perTest',
    concurrency: 1,
    incremental: true,
    force: isFresh,
    incrementalFile: join(reports, `${folder}.incremental.json`),
    jsonReporter: { fileName: reportOf(folder) },
    reporters: ['json', 'progress-append-only'],
    tempDirName: '.stryker-tmp',
  };
}
