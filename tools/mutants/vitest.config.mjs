// The tests that mutants of a folder of core meet: those beside its code. Tests from elsewhere in the tree
// could kill more, but what a folder promises should be found broken where it is promised.
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: { include: ['packages/core/src/{ownership,estate,register}/*.test.ts'] },
});
