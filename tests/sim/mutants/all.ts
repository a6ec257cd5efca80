import { accepting } from './accepting.ts';
import { estates } from './estates.ts';
import { giving } from './giving.ts';
import { ordering } from './ordering.ts';
import type { Mutant } from './types.ts';
import { views } from './views.ts';

/** All mutants. */
export const mutants: readonly Mutant[] = [
  ...ordering,
  ...accepting,
  ...giving,
  ...estates,
  ...views,
];
