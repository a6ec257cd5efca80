/** What queued intents make of the estate that the register holds. */
import { applyChange, type Change, type Estate, grantBody, pickGrant } from '../../estate/index.ts';
import { signRecord } from '../../ownership/record.ts';
import { grantable } from '../blocks/index.ts';
import { refuseGrant } from '../exchange/index.ts';
import type { Applied, Intent, Turn } from '../state/index.ts';
import { estateOf } from '../state/index.ts';

/** What intents make of an estate. */
export interface Folded {
  readonly estate: Estate;
  readonly applied: readonly Applied[];
  readonly changes: readonly Change[];
}

/** Applies intents one after the other; those that do not apply are dropped, grants with an answer. */
export function fold(turn: Turn, intents: readonly Intent[]): Folded {
  let estate = estateOf(turn.state);
  const applied: Applied[] = [];
  const changes: Change[] = [];
  for (const intent of intents) {
    const change = changeOf(turn, estate, intent);
    if (change === undefined) {
      if (intent.kind === 'grant') refuseGrant(turn, intent);
      else applied.push({ intent });
      continue;
    }
    const next = applyChange(estate, change);
    if (!next.ok) continue;
    estate = next.value;
    applied.push({ intent, change });
    changes.push(change);
  }
  return { estate, applied, changes };
}

/** The change that an intent means now, or undefined when it changes no estate. */
function changeOf(turn: Turn, estate: Estate, intent: Intent): Change | undefined {
  if (intent.kind === 'change') return intent.change;
  if (intent.kind !== 'grant') return undefined;
  const { state, env } = turn;
  const pool = state.pools.get(intent.pool);
  if (pool === undefined) return undefined;
  const usable = grantable(env.replica.view, estate);
  const prefix = intent.prefix ?? pickGrant(usable, pool, intent.length, intent.keep);
  if (prefix === undefined) return undefined;
  const body = grantBody(usable, state.network, pool.name, prefix, intent.to);
  const counter = (estate.out[intent.to] ?? 0) + 1;
  return { kind: 'grant', to: intent.to, counter, record: signRecord(env.signer, body) };
}
