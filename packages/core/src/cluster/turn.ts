/** One step in the making: the state, the world, and the effects so far. */
import type { Refusal } from '../result.ts';
import type { NodeState } from './state.ts';
import type { Alarm, Effect, Env, Message } from './types.ts';

export interface Turn {
  readonly state: NodeState;
  readonly env: Env;
  readonly effects: Effect[];
}

/** Sends a message once this step's effects are carried out. */
export function send(turn: Turn, to: string, message: Message): void {
  turn.effects.push({ type: 'send', to, message });
}

/** Raises an alarm, once for each code and subject. */
export function raise(turn: Turn, subject: string, alarm: Alarm): void {
  const key = `${alarm.code} ${subject}`;
  if (turn.state.alarms.has(key)) return;
  turn.state.alarms.set(key, alarm);
  turn.effects.push({ type: 'event', event: { type: 'alarm', alarm } });
}

/** Takes back an alarm whose cause is gone. */
export function lower(turn: Turn, code: Alarm['code'], subject: string): void {
  turn.state.alarms.delete(`${code} ${subject}`);
}

/** A broken promise of our own code: stop before it does harm. */
export function broken(what: Refusal): never {
  throw new Error(`invariant broken: ${what.code}: ${what.message}`);
}
