// What a state is made of, and what in it can never matter again.
import { type Ask, compareBallots } from '@hedgerow/core/register';
import type { Keeper, Life } from './model.ts';
import type { Letter } from './toy.ts';

/** Numbers of parts, by place: see `Places`. */
export type State = readonly number[];

/** Where in a state the number of each part stands. */
export interface Places {
  readonly keepers: number;
  readonly lives: number;
  /** A keeper's older durable state that it may fall back to, plus one; 0 for none. */
  readonly saved: number;
  readonly network: number;
  readonly rollbacks: number;
  readonly reseeds: number;
  readonly knowledge: number;
}

export interface Move {
  readonly state: State;
  readonly what: () => string;
  readonly violation?: string;
}

/** A timeout that repeats what was asked brings nothing new: every message is under way for ever. */
export function isImpatient({ state: { phase } }: Life): boolean {
  return phase.kind === 'waiting' || ('outbid' in phase && phase.outbid.length > 0);
}

/** An ask that this guardian will never again be changed by, unless it is rolled back. */
export function isSpent(keeper: Keeper, ask: Ask<string, Letter>): boolean {
  const record = keeper.records.find(({ set }) => set.epoch === ask.epoch);
  if (record === undefined) return false;
  if (ask.type === 'enlist') return record.ready;
  if (record.accepted === undefined) return false;
  if (ask.type === 'freeze' || ask.type === 'seed') return false;
  const order = compareBallots(ask.ballot, record.promised);
  return order < 0 || (order === 0 && ask.type === 'prepare');
}
