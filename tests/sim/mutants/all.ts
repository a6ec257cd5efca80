import { accepting } from './accepting.ts';
import { believing } from './believing.ts';
import { estates } from './estates.ts';
import { giving } from './giving.ts';
import { guardians } from './guardians.ts';
import { ordering } from './ordering.ts';
import { recovering } from './recovering.ts';
import { registers } from './registers.ts';
import type { Mutant } from './types.ts';
import { views } from './views.ts';

/** All mutants. */
export const mutants: readonly Mutant[] = [
  ...ordering,
  ...accepting,
  ...giving,
  ...estates,
  ...views,
  ...registers,
  ...guardians,
  ...recovering,
  ...believing,
];
