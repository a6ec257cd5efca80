// A small world around the register code: guardians, proposers with scripts, and a network that never
// forgets. Every message ever sent can arrive at any time, again and again, in any order, or never.
//
// Parts are immutable and numbered; what one part does with one input is worked out once and remembered,
// so that exploring is arithmetic on numbers.

import type { GuardianSet } from '@hedgerow/core/estate';
import type {
  AcceptorRecord,
  Answer,
  Ask,
  Goal,
  ProposerOutcome,
  ProposerState,
  ProposerStep,
} from '@hedgerow/core/register';
import { canon, Texts } from './canon.ts';
import type { Code } from './code.ts';
import { type Letter, toyRules } from './toy.ts';

/** What a proposer does in its life: letters are writes, `read` reads, a set is a change of guardians. */
export type Deed = string | 'read' | GuardianSet;

export interface Actor {
  readonly member: string;
  /** One script for each start; the next start needs a restart. */
  readonly lives: readonly (readonly Deed[])[];
  /** A ballot counter that each life has heard of when it starts: it need not be outbid first. */
  readonly heard?: readonly number[];
}

export interface Model {
  readonly code: Code;
  readonly set: GuardianSet;
  /** Stores that exist besides the first set. */
  readonly others?: readonly string[];
  readonly actors: readonly Actor[];
  /** Most rollbacks of one guardian to a durable state it had before. */
  readonly rollbacks?: number;
  /** Most guardians that lose their disk and are seeded again under the same name. */
  readonly reseeds?: number;
  /** Answers are never lost: fewer states, for finding what is known to be there. */
  readonly isLossless?: boolean;
  /** Highest ballot counter; what needs more is not explored. */
  readonly counters: number;
  /** Most timeouts and retries within one goal. */
  readonly tries?: number;
}

/** A guardian: what its disk has, by epoch. */
export interface Keeper {
  readonly name: string;
  readonly records: readonly AcceptorRecord<string>[];
}

/** A proposer in one of its lives. */
export interface Life {
  readonly actor: number;
  readonly life: number;
  readonly done: number;
  readonly state: ProposerState<string, Letter>;
}

export interface Post {
  readonly from: string;
  readonly to: string;
  readonly body: { readonly ask: Ask<string, Letter> } | { readonly answer: Answer<string> };
}

/** What one input made of one part. */
export interface Reaction<T> {
  readonly part: T;
  readonly posts: readonly Post[];
  readonly outcome?: ProposerOutcome<string>;
}

export const owner = 'x';

export function firstKeeper(model: Model, name: string): Keeper {
  const guardian = { member: name, store: 's' };
  if (!model.set.members.some(({ member }) => member === name)) return { name, records: [] };
  const cell = { version: 0, mark: '', value: '' };
  const born = model.code.bornRecord(toyRules, owner, guardian, cell);
  const digest = toyRules.digest(owner, model.set.epoch, cell);
  const accepted = { ballot: born.promised, digest, signature: new Uint8Array(0), cell };
  return { name, records: [{ ...born, set: model.set, previous: model.set, accepted }] };
}

export function newLife(model: Model, actor: number, life: number): Life {
  const { member, heard } = model.actors[actor] as Actor;
  const state = model.code.openProposer<string, Letter>(
    owner,
    member,
    `n${life}`,
    model.set,
    heard?.[life] ?? 0,
  );
  return { actor, life, done: 0, state };
}

/** The goal that a life turns to next; undefined when its script is done. */
export function nextGoal(model: Model, { actor, life, done }: Life): Goal<Letter> | undefined {
  const deed = model.actors[actor]?.lives[life]?.[done];
  if (deed === undefined) return undefined;
  if (deed === 'read') return { kind: 'read' };
  if (typeof deed === 'string') return { kind: 'write', changes: [{ letter: deed }] };
  return { kind: 'move', next: deed };
}

/**
 * A message arrives at a guardian. The first reaction is the whole of it; the others are crashes between
 * two effects, where what had left was not yet durable. Correct code has none.
 */
export function atKeeper(model: Model, keeper: Keeper, post: Post): readonly Reaction<Keeper>[] {
  if (!('ask' in post.body)) return [];
  const { ask } = post.body;
  const index = keeper.records.findIndex(({ set }) => set.epoch === ask.epoch);
  let record = keeper.records[index];
  if (record === undefined) {
    if (ask.type !== 'enlist') return [];
    const guardian = { member: keeper.name, store: 's' };
    record = model.code.enlistedRecord<string>(owner, guardian, ask.set, ask.previous);
  }
  const run = runAcceptor(model.code, record, post.from, ask);
  return run.map(({ durable, answers }) => ({
    part: { ...keeper, records: replaced(keeper.records, durable) },
    posts: answers.map((each) => ({ from: keeper.name, ...each })),
  }));
}

function replaced(
  records: readonly AcceptorRecord<string>[],
  record: AcceptorRecord<string>,
): readonly AcceptorRecord<string>[] {
  const others = records.filter(({ set }) => set.epoch !== record.set.epoch);
  return [...others, record].sort((a, b) => a.set.epoch - b.set.epoch);
}

interface Run {
  readonly durable: AcceptorRecord<string>;
  readonly answers: readonly { readonly to: string; readonly body: Post['body'] }[];
}

function runAcceptor(
  code: Code,
  record: AcceptorRecord<string>,
  from: string,
  ask: Ask<string, Letter>,
): readonly Run[] {
  const crashes: Run[] = [];
  const answers: Run['answers'][number][] = [];
  let durable = record;
  let step = code.acceptorStep(toyRules, code.openAcceptor<string, Letter>(record), {
    type: 'ask',
    from,
    ask,
  });
  for (;;) {
    let storing: AcceptorRecord<string> | undefined;
    let early = 0;
    for (const effect of step.effects) {
      if (effect.type === 'persist') storing = effect.record;
      else {
        answers.push({ to: effect.to, body: { answer: effect.message } });
        early += 1;
      }
    }
    if (storing === undefined) break;
    if (early > 0) crashes.push({ durable, answers: [...answers] });
    durable = storing;
    step = code.acceptorStep(toyRules, step.state, { type: 'persisted' });
  }
  return [{ durable, answers }, ...crashes];
}

/** An answer arrives at a proposer, or its patience ends (`post` undefined). */
export function atLife(model: Model, life: Life, post: Post | undefined): Reaction<Life> {
  const input =
    post === undefined
      ? { type: 'timeout' as const }
      : { type: 'answer' as const, from: post.from, answer: answerOf(post) };
  return reaction(model, life, model.code.proposerStep(toyRules, life.state, input));
}

function answerOf(post: Post): Answer<string> {
  if (!('answer' in post.body)) throw new Error('an ask arrived at a proposer');
  return post.body.answer;
}

/** A life turns to its next deed. */
export function begin(model: Model, life: Life, goal: Goal<Letter>): Reaction<Life> {
  const { current } = life.state;
  const { member } = model.actors[life.actor] as Actor;
  const isCas = goal.kind === 'write' && member === owner && current !== undefined;
  const whole = isCas ? { ...goal, base: current.digest } : goal;
  const step = model.code.propose(toyRules, life.state, whole);
  return reaction(model, { ...life, done: life.done + 1 }, step);
}

function reaction(
  model: Model,
  life: Life,
  { state, effects, outcome }: ProposerStep<string, Letter>,
): Reaction<Life> {
  const { member } = state;
  const posts = effects.map(({ to, message }) => ({ from: member, to, body: { ask: message } }));
  const part = { ...life, state };
  if (outcome === undefined) return { part, posts };
  return { part: isRetired(model, part) ? retired(model, part) : part, posts, outcome };
}

function isRetired(model: Model, life: Life): boolean {
  return life.state.goal === undefined && nextGoal(model, life) === undefined;
}

/** What a proposer with nothing left to do remembers is no difference between two states. */
function retired(model: Model, life: Life): Life {
  return { ...life, state: newLife(model, life.actor, life.life).state };
}

/** Parts with numbers, and their texts under renamed guardians. */
export class Parts<T> {
  private readonly texts = new Texts();
  readonly all: T[] = [];

  id(part: T): number {
    const id = this.texts.id(canon(part));
    if (id === this.all.length) this.all.push(part);
    return id;
  }

  of(id: number): T {
    return this.all[id] as T;
  }
}
