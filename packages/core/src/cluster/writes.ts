/**
 * The one road to the disk. Intents queue up, are applied together to the estate that the register
 * holds, and go into one write; what follows from them happens when that write is durable.
 *
 * Guarantees: at most one write is in flight; nothing that follows from a write is emitted before
 * its `persisted`; after a failed persist the same intents are applied afresh later.
 */
import { applyChange, type Change, type Estate, grantBody, pickGrant } from '../estate/index.ts';
import { entryId, signRecord } from '../ownership/record.ts';
import type { SignedEntry } from '../ownership/types.ts';
import { selfRegister, type Versioned } from '../register/index.ts';
import type { Update } from '../replica/types.ts';
import { usableEstate } from './disputes.ts';
import { follow, refused } from './follow.ts';
import { absorb } from './gossip.ts';
import { checkEstate } from './invariants.ts';
import { type Applied, estateOf, type InFlight, type Intent } from './state.ts';
import { broken, lower, raise, type Turn } from './turn.ts';
import type { Input } from './types.ts';

/** Queues an intent; `flush` at the end of the step starts the write. */
export function intend(turn: Turn, intent: Intent): void {
  const { queue } = turn.state;
  const at = intent.kind === 'republish' ? queue.findIndex(({ kind }) => kind === intent.kind) : -1;
  const other = queue[at];
  if (intent.kind !== 'republish' || other?.kind !== 'republish') queue.push(intent);
  else queue[at] = { kind: 'republish', ids: [...new Set([...other.ids, ...intent.ids])] };
}

/** Starts a write when there is something to write and none is in flight. */
export function flush(turn: Turn): void {
  const { state, env } = turn;
  while (state.inFlight === undefined && state.queue.length > 0) {
    if (state.retryAtMs !== undefined && env.nowMs < state.retryAtMs) return;
    state.retryAtMs = undefined;
    const intents = state.queue;
    state.queue = [];
    start(turn, intents);
  }
}

function start(turn: Turn, all: readonly Intent[]): void {
  const { state, env } = turn;
  const intents = withoutRepublish(turn, all);
  const before = estateOf(state);
  let estate = before;
  const applied: Applied[] = [];
  const entries: SignedEntry[] = [];
  const republished: string[] = [];
  for (const intent of intents) {
    if (intent.kind === 'publish') entries.push(...intent.entries);
    if (intent.kind === 'republish') republished.push(...intent.ids);
    const change = changeOf(turn, estate, intent);
    if (change === undefined) {
      if (intent.kind === 'grant') refused(turn, intent);
      else applied.push({ intent });
      continue;
    }
    const next = applyChange(estate, change);
    if (!next.ok) continue;
    estate = next.value;
    applied.push({ intent, change });
    if (change.kind === 'accept') entries.push(change.record);
  }
  const update = entries.length > 0 ? env.replica.prepare(entries) : republish(turn, republished);
  write(turn, applied, before === estate ? undefined : estate, update);
}

/** What is published again waits for a write of its own where something new is published. */
function withoutRepublish(turn: Turn, intents: readonly Intent[]): readonly Intent[] {
  const publishes = ({ kind, ...rest }: Intent): boolean =>
    kind === 'publish' || ('change' in rest && rest.change.kind === 'accept');
  if (!intents.some(publishes)) return intents;
  for (const intent of intents) if (intent.kind === 'republish') intend(turn, intent);
  return intents.filter(({ kind }) => kind !== 'republish');
}

function republish(turn: Turn, ids: readonly string[]): Update | undefined {
  return ids.length === 0 ? undefined : turn.env.replica.republish(ids);
}

/** The change that an intent means now, or undefined when it changes no estate. */
function changeOf(turn: Turn, estate: Estate, intent: Intent): Change | undefined {
  if (intent.kind === 'change') return intent.change;
  if (intent.kind !== 'grant') return undefined;
  const { state, env } = turn;
  const pool = state.pools.get(intent.pool);
  if (pool === undefined) return undefined;
  const usable = usableEstate(env.replica.view, estate);
  const prefix = pickGrant(usable, pool, intent.length, intent.keep);
  if (prefix === undefined) return undefined;
  const body = grantBody(usable, state.network, pool.name, prefix, intent.to);
  const counter = (estate.out[intent.to] ?? 0) + 1;
  return { kind: 'grant', to: intent.to, counter, record: signRecord(env.signer, body) };
}

function write(
  turn: Turn,
  applied: readonly Applied[],
  estate: Estate | undefined,
  update: Update | undefined,
): void {
  const { state } = turn;
  if (estate === undefined && update === undefined) {
    for (const each of applied) follow(turn, each, undefined);
    return;
  }
  const number = state.nextWrite++;
  state.inFlight = { write: number, applied, register: estate !== undefined, update };
  const persist = { type: 'persist' as const, write: number };
  const withUpdate = update === undefined ? persist : { ...persist, update };
  if (estate === undefined) {
    turn.effects.push(withUpdate);
    return;
  }
  const problem = checkEstate(state, estate);
  if (problem !== undefined) broken(problem);
  const step = selfRegister.compareAndSet(state.register, estate);
  state.register = step.state;
  for (const effect of step.effects) turn.effects.push({ ...withUpdate, register: effect.value });
}

/** A write became durable: it is decided, and what follows from it may happen. */
export function persisted(turn: Turn, input: Extract<Input, { type: 'persisted' }>): void {
  const { state } = turn;
  const flight = state.inFlight;
  if (flight === undefined || flight.write !== input.write) return;
  state.inFlight = undefined;
  lower(turn, 'storage', '');
  if (flight.register) {
    const step = selfRegister.handle(state.register, { type: 'persisted' });
    state.register = step.state;
    const value = selfRegister.current(step.state) as Versioned;
    turn.effects.push({ type: 'event', event: { type: 'estate', value } });
  }
  if (flight.update !== undefined) {
    const { refused } = absorb(turn, flight.update);
    if (refused === undefined) turn.effects.push({ type: 'gossip', update: flight.update });
    else publishAgain(turn, flight);
  }
  for (const each of flight.applied) follow(turn, each, flight.update);
}

/**
 * Some of our places were taken: this node was restored from a snapshot and has met what it published
 * before. What did not get into the set goes to new places.
 */
function publishAgain(turn: Turn, flight: InFlight): void {
  const { replica } = turn.env;
  const entries = flight.applied
    .flatMap(({ intent, change }) => {
      if (intent.kind === 'publish') return intent.entries;
      return change?.kind === 'accept' ? [change.record] : [];
    })
    .filter((entry) => !replica.has(entryId(entry)));
  if (entries.length > 0) intend(turn, { kind: 'publish', entries });
}

/** A write did not happen. Its intents wait for another try. */
export function persistFailed(turn: Turn, input: Extract<Input, { type: 'persistFailed' }>): void {
  const { state, env } = turn;
  const flight = state.inFlight;
  if (flight === undefined || flight.write !== input.write) return;
  state.inFlight = undefined;
  if (flight.register) {
    const failure = { type: 'persistFailed' as const, reason: input.reason };
    state.register = selfRegister.handle(state.register, failure).state;
  }
  env.replica.abandon();
  state.queue = [...flight.applied.map((each) => each.intent), ...state.queue];
  state.retryAtMs = env.nowMs + state.tuning.persistRetryMs;
  raise(turn, '', {
    code: 'storage',
    message: `the database refused a write (${input.reason}): nothing was sent or used that is not stored; make room or repair the disk, the agent tries again by itself`,
  });
}
