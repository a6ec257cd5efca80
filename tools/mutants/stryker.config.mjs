import { fileURLToPath } from 'node:url';

/** @type {import('@stryker-mutator/api/core').PartialStrykerOptions} */
export default {
  plugins: [fileURLToPath(import.meta.resolve('@stryker-mutator/vitest-runner'))],
  testRunner: 'vitest',
  vitest: { configFile: 'tools/mutants/vitest.config.ts' },
  mutate: ['packages/core/src/ownership/*.ts', '!**/*.test.ts'],
  ignorePatterns: [
    '**',
    '!packages/core/src/**',
    '!packages/core/package.json',
    '!tests/model/ownership/**',
    '!tools/mutants/**',
  ],
  coverageAnalysis: 'perTest',
  concurrency: 1,
  checkers: [],
  incremental: true,
  incrementalFile: '.cache/mutants/incremental.json',
  reporters: ['json', 'progress-append-only'],
  jsonReporter: { fileName: '.cache/mutants/report.json' },
  tempDirName: '.stryker-tmp',
  allowEmpty: true,
};
