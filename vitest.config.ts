import { defineConfig } from 'vitest/config';

export default defineConfig({
  resolve: { conditions: ['hedgerow-source'] },
  ssr: { resolve: { conditions: ['hedgerow-source', 'node'] } },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'tests/**/*.test.ts'],
    testTimeout: 30_000,
  },
});
