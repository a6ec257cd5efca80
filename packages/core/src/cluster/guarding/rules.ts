/** What registers of this network hold, and how they are signed. */
import type { Change, Estate } from '../../estate/index.ts';
import { estateRules, type Rules } from '../../register/index.ts';
import type { Turn } from '../state/index.ts';

/** What registers of this network hold, signed as this node. */
export function rulesOf({ state, env }: Turn): Rules<Estate, Change> {
  state.rules ??= estateRules(state.network, env.signer, env.verify);
  return state.rules;
}
