import { defineConfig } from 'vitest/config';

// Tests that need nothing but this process run first, side by side. Whatever starts real programs,
// or uses network namespaces, which the whole machine shares, runs after them and one file at a time.
const ALONE = ['tests/tidy', 'tests/sim', 'tests/model', 'tests/scripts', 'tests/support'];

// Bounds are many times what a test takes alone: a machine with other things to do must not fail one.
export default defineConfig({
  resolve: { conditions: ['hedgerow-source'] },
  ssr: { resolve: { conditions: ['hedgerow-source', 'node'] } },
  test: {
    globalSetup: ['tests/support/leftovers.ts'],
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: ['packages/*/src', ...ALONE].map((path) => `${path}/**/*.test.ts`),
          testTimeout: 120_000,
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        extends: true,
        test: {
          name: 'system',
          include: ['tests/**/*.test.ts'],
          exclude: ['**/node_modules/**', ...ALONE.map((path) => `${path}/**`)],
          testTimeout: 240_000,
          hookTimeout: 180_000,
          fileParallelism: false,
          sequence: { groupOrder: 1 },
        },
      },
    ],
  },
});
