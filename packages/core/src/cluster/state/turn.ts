/** One step in the making: the state, the world, and the effects so far. */
import type { MemberId } from '../../membership/types.ts';
import type { SignedRecord } from '../../ownership/types.ts';
import type { Refusal } from '../../result.ts';
import type { Alarm, Effect, Env, Message } from '../contract/index.ts';
import { tellAlarm } from './alarms.ts';
import type { NodeState } from './state.ts';

/** What this node's proposers and acceptors say to each other: worked off before the step ends. */
export type Local = Extract<Message, { type: 'register' | 'registerAnswer' }>;

/**
 * What happened in a room that others, further on in the house, may have to act on. A room tells it and knows nobody
 * who listens; who does, and in which order, stands in one place: `reducer/happenings.ts`.
 */
export type Happening =
  /** A proof about a member's register came into the set. */
  | { readonly type: 'proof'; readonly owner: MemberId }
  /** Members announced something, or proofs came. */
  | { readonly type: 'members' }
  /** Records that are new in the set. */
  | { readonly type: 'records'; readonly records: readonly SignedRecord[] }
  /** Other guardians keep this node's register now. */
  | { readonly type: 'guardians' };

/** One step in the making. */
export interface Turn {
  readonly state: NodeState;
  readonly env: Env;
  readonly effects: Effect[];
  readonly local: Local[];
  /** Tells what happened; whoever has to act on it has done so when this returns. */
  readonly happens: (turn: Turn, happening: Happening) => void;
}

/** Sends something about a register, to this node itself too. */
export function tell(turn: Turn, to: string, message: Local): void {
  if (to === turn.state.member) turn.local.push(message);
  else send(turn, to, message);
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
  const told = tellAlarm(turn.state, alarm);
  turn.effects.push({ type: 'event', event: { type: 'alarm', alarm: told } });
}

/** Takes back an alarm whose cause is gone. */
export function lower(turn: Turn, code: Alarm['code'], subject: string): void {
  turn.state.alarms.delete(`${code} ${subject}`);
}

/** A broken promise of our own code: stop before it does harm. */
export function broken(what: Refusal): never {
  throw new Error(`invariant broken: ${what.code}: ${what.message}`);
}
