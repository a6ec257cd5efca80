// All rules, in the order of the page.

import type { RuleGroup } from '../rule.ts';
import { addresses } from './addresses.ts';
import { check } from './check.ts';
import { concurrency } from './concurrency.ts';
import { configuration } from './configuration.ts';
import { del } from './del.ts';
import { dualStack } from './dualStack.ts';
import { environment } from './environment.ts';
import { errors } from './errors.ts';
import { gc } from './gc.ts';
import { input } from './input.ts';
import { interrupted } from './interrupted.ts';
import { repeatedAdd } from './repeatedAdd.ts';
import { requests } from './requests.ts';
import { result } from './result.ts';
import { status } from './status.ts';
import { version } from './version.ts';

export const ruleGroups: readonly RuleGroup[] = [
  version,
  result,
  configuration,
  repeatedAdd,
  del,
  check,
  gc,
  status,
  errors,
  input,
  environment,
  requests,
  dualStack,
  addresses,
  concurrency,
  interrupted,
];
