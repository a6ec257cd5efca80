/**
 * The one road to the disk and to the register. Intents queue up, are applied together to the estate that
 * the register holds, and go into one write; what follows from them happens when that write is durable.
 *
 * While the own store is the register, a write is one persist. Kept by guardians, changes of the estate are
 * decided by them first and stored here after; entries of the set do not wait for that.
 *
 * Guarantees: at most one persist and one proposal are in flight; nothing that follows from a write is emitted
 * before its `persisted`; after a failed persist or a conflict the same intents are applied afresh.
 */
import { entryId } from '../../ownership/record.ts';
import type { SignedEntry } from '../../ownership/types.ts';
import {
  decideSelf,
  dropSelf,
  proposeSelf,
  type SelfState,
  type Versioned,
} from '../../register/index.ts';
import type { Update } from '../../replica/types.ts';
import { publishMissing, valueChanged } from '../blocks/index.ts';
import type { Input } from '../contract/index.ts';
import { awaitsWord, mayPropose, proposeOwn } from '../register/index.ts';
import { absorb, isTold } from '../replication/index.ts';
import type { InFlight, Intent } from '../state/index.ts';
import { broken, estateOf, lower, raise, type Turn } from '../state/index.ts';
import { intend } from '../writes/index.ts';
import { durable } from './durable.ts';
import { fold } from './fold.ts';
import { follow } from './follow.ts';
import { checkEstate } from './invariants.ts';

/** Starts what can be started: a proposal, a persist. */
export function flush(turn: Turn): void {
  const { state, env } = turn;
  if (mayPropose(state) && !awaitsWord(state)) propose(turn);
  while (state.inFlight === undefined) {
    const { queue, register } = state;
    const isIdle =
      register.decided.length === 0 && !(queue.length > 0 && queue.some(isStorable(state)));
    if (isIdle || (state.retryAtMs !== undefined && env.nowMs < state.retryAtMs)) return;
    state.retryAtMs = undefined;
    const { self } = state.register;
    if (self !== undefined && !awaitsWord(state)) storeBoth(turn, self);
    else storeDecided(turn);
  }
}

/** What a persist takes from the queue: all of it, unless guardians decide about the estate. */
function isStorable(state: Turn['state']): (intent: Intent) => boolean {
  const isOwn = state.register.self !== undefined && !awaitsWord(state);
  return ({ kind }) => isOwn || kind === 'publish' || kind === 'republish';
}

/** Proposes all changes that are queued to the guardians. */
function propose(turn: Turn): void {
  const { state } = turn;
  if (state.queue.length === 0) return;
  const waits = (intent: Intent): boolean =>
    intent.kind === 'publish' || intent.kind === 'republish' || !isSafe(turn, intent);
  const intents = state.queue.filter((intent) => !waits(intent));
  if (intents.length === 0) return;
  state.queue = state.queue.filter(waits);
  const { estate, applied, changes } = fold(turn, intents);
  if (changes.length === 0) return;
  const problem = checkEstate(state, estate);
  if (problem !== undefined) broken(problem);
  state.register.writing = applied;
  proposeOwn(turn, changes);
}

/**
 * A record leaves the outbox once it is in the set: guardians and the own store cannot change at once, and between
 * the two nobody would know of it after a crash.
 */
function isSafe(turn: Turn, intent: Intent): boolean {
  if (intent.kind !== 'change') return true;
  const { change } = intent;
  if (change.kind !== 'acknowledged' && change.kind !== 'takeBack') return true;
  if (change.kind === 'takeBack' && !isTold(turn, change.record)) return false;
  return estateOf(turn.state).outbox.every(
    ({ to, counter, record }) =>
      to !== change.to || counter > change.counter || isTold(turn, record),
  );
}

/** Stores what guardians decided, and what is to be published. */
function storeDecided(turn: Turn): void {
  const { state } = turn;
  const { register } = state;
  const isOfSet = isStorable(state);
  const intents = withoutRepublish(turn, state.queue.filter(isOfSet), register.decided.length > 0);
  state.queue = state.queue.filter((intent) => !isOfSet(intent) || !intents.includes(intent));
  const { decided } = register;
  register.decided = [];
  const applied = [
    ...decided.flatMap((each) => each.applied),
    ...intents.map((intent) => ({ intent })),
  ];
  const entries = [...decided.flatMap((each) => each.entries), ...entriesOf(intents)];
  const update = updateOf(turn, entries, intents);
  const value = decided.length > 0 ? register.value : undefined;
  if (value === undefined && update === undefined) return;
  const number = state.nextWrite++;
  state.inFlight = { write: number, applied, entries, decided, isSelf: false, update };
  turn.effects.push(persistEffect(number, value, update));
}

/** The own store is the register: estate and entries go into one persist. */
function storeBoth(turn: Turn, self: SelfState): void {
  const { state } = turn;
  const all = state.queue;
  state.queue = [];
  const intents = withoutRepublish(turn, all, false);
  const { estate, applied, changes } = fold(turn, intents);
  const accepted = changes.flatMap((change) => (change.kind === 'accept' ? [change.record] : []));
  const entries = [...entriesOf(intents), ...accepted];
  const update = updateOf(turn, entries, intents);
  const isSelf = changes.length > 0;
  if (!isSelf && update === undefined) return;
  const number = state.nextWrite++;
  state.inFlight = { write: number, applied, entries, decided: [], isSelf, update };
  if (!isSelf) {
    turn.effects.push(persistEffect(number, undefined, update));
    return;
  }
  const problem = checkEstate(state, estate);
  if (problem !== undefined) broken(problem);
  const next = proposeSelf(self, estate);
  state.register.self = next;
  turn.effects.push(persistEffect(number, next.proposed, update));
}

function persistEffect(
  write: number,
  register: Versioned | undefined,
  update: Update | undefined,
): Turn['effects'][number] {
  return {
    type: 'persist',
    write,
    ...(register === undefined ? {} : { register }),
    ...(update === undefined ? {} : { update }),
  };
}

function entriesOf(intents: readonly Intent[]): readonly SignedEntry[] {
  return intents.flatMap((intent) => (intent.kind === 'publish' ? intent.entries : []));
}

function updateOf(
  { env }: Turn,
  entries: readonly SignedEntry[],
  intents: readonly Intent[],
): Update | undefined {
  if (entries.length > 0) return env.replica.prepare(entries);
  const ids = intents.flatMap((intent) => (intent.kind === 'republish' ? intent.ids : []));
  return ids.length === 0 ? undefined : env.replica.republish(ids);
}

/** What is published again waits for a write of its own where something new is published. */
function withoutRepublish(
  turn: Turn,
  intents: readonly Intent[],
  isFull: boolean,
): readonly Intent[] {
  const publishes = ({ kind, ...rest }: Intent): boolean =>
    kind === 'publish' || ('change' in rest && rest.change.kind === 'accept');
  if (!isFull && !intents.some(publishes)) return intents;
  if (turn.state.register.self !== undefined) {
    for (const intent of intents) if (intent.kind === 'republish') intend(turn, intent);
  }
  return intents.filter(({ kind }) => kind !== 'republish');
}

/** A write became durable: what follows from it may happen. */
export function persisted(turn: Turn, input: Extract<Input, { type: 'persisted' }>): void {
  const { state } = turn;
  const { register } = state;
  const flight = state.inFlight;
  if (flight === undefined || flight.write !== input.write) return;
  state.inFlight = undefined;
  lower(turn, 'storage', '');
  if (flight.isSelf) {
    register.self = decideSelf(register.self as SelfState);
    register.value = register.self.value;
    valueChanged(turn);
  }
  if (flight.isSelf || flight.decided.length > 0) {
    turn.effects.push({ type: 'event', event: { type: 'estate', value: register.value } });
  }
  if (flight.update !== undefined) {
    const { refused } = absorb(turn, flight.update);
    if (refused === undefined) turn.effects.push({ type: 'gossip', update: flight.update });
    else publishAgain(turn, flight);
  }
  const proof = durable();
  for (const each of flight.applied) follow(turn, proof, each, flight.update);
  if (register.isFound && register.decided.length === 0) {
    register.isFound = false;
    publishMissing(turn, proof);
  }
}

/**
 * Some of our places were taken: this node was restored from a snapshot and has met what it published
 * before. What did not get into the set goes to new places.
 */
function publishAgain(turn: Turn, { entries }: InFlight): void {
  const { replica } = turn.env;
  const lost = entries.filter((entry) => !replica.has(entryId(entry)));
  if (lost.length > 0) intend(turn, { kind: 'publish', entries: lost });
}

/** A write did not happen. What it was for waits for another try. */
export function persistFailed(turn: Turn, input: Extract<Input, { type: 'persistFailed' }>): void {
  const { state, env } = turn;
  const { register } = state;
  const flight = state.inFlight;
  if (flight === undefined || flight.write !== input.write) return;
  state.inFlight = undefined;
  if (flight.isSelf) register.self = dropSelf(register.self as SelfState);
  env.replica.abandon();
  const isDecided = new Set(flight.decided.flatMap((each) => each.applied));
  const again = flight.applied.filter((each) => !isDecided.has(each)).map((each) => each.intent);
  state.queue = [...again, ...state.queue];
  register.decided = [...flight.decided, ...register.decided];
  state.retryAtMs = env.nowMs + state.tuning.persistRetryMs;
  raise(turn, '', {
    code: 'storage',
    message: `the database refused a write (${input.reason}): nothing was sent or used that is not stored; make room or repair the disk, the agent tries again by itself`,
  });
}
