// Guardians over words for tests of proposers: real acceptors on disks that never fail, and a proposer that is
// carried through one message at a time. Signatures are the signed statement itself, so none fits another.
import { equalBytes, utf8 } from '../crypto/bytes.ts';
import type { Guardian, GuardianSet } from '../estate/types.ts';
import {
  type AcceptorRecord,
  type Answer,
  type Ask,
  acceptorStep,
  type Cell,
  enlistedRecord,
  type Goal,
  openAcceptor,
  openProposer,
  type ProposerState,
  type ProposerStep,
  propose,
  proposerStep,
  type Rules,
  seedBallot,
} from './index.ts';

/** A proposer over words. */
export type State = ProposerState<string, string>;
/** One step of it. */
export type Step = ProposerStep<string, string>;
/** What a guardian says. */
export type Reply = Answer<string>;

/** Whose register it is. */
export const owner = 'x';
/** What it holds at first. */
export const first: Cell<string> = { version: 0, mark: '', value: '' };

/** Values are words, a change adds a letter; `!` does not apply. Signatures name signer and statement. */
export function rulesOf(member: string): Rules<string, string> {
  const sealed = (signer: string, statement: unknown): Uint8Array =>
    utf8(`${signer} ${JSON.stringify(statement)}`);
  return {
    apply: (value, letter) => (letter === '!' ? undefined : value + letter),
    move: (value, to) => `${value}|${to.epoch}`,
    digest: (_, epoch, { version, value, mark, next }) =>
      `${epoch}.${version}.${value}.${mark}${next === undefined ? '' : '.stop'}`,
    sign: (statement) => sealed(member, statement),
    verify: (signer, statement, signature) => equalBytes(sealed(signer, statement), signature),
  };
}

/** A set of guardians, each with one store. */
export function setOf(epoch: number, ...members: readonly string[]): GuardianSet {
  return { epoch, members: members.map((member) => ({ member, store: `s${member}` })) };
}

/** The guardians of epoch 1. */
export const three: GuardianSet = setOf(1, 'a', 'b', 'c');

/** Guardians with disks that never fail. */
export class Guardians {
  private readonly records = new Map<string, AcceptorRecord<string>>();

  constructor(set: GuardianSet = three) {
    for (const guardian of set.members) {
      const digest = rulesOf(owner).digest(owner, set.epoch, first);
      const accepted = { ballot: seedBallot, digest, signature: new Uint8Array(0), cell: first };
      const born = { owner, guardian, set, previous: set, ready: true, promised: seedBallot };
      this.records.set(`${guardian.member} ${set.epoch}`, { ...born, accepted });
    }
  }

  /** What a guardian answers; it stores what it must. */
  answer(from: string, to: string, ask: Ask<string, string>): Reply {
    const key = `${to} ${ask.epoch}`;
    const guardian: Guardian = { member: to, store: `s${to}` };
    if (ask.type === 'enlist' && !this.records.has(key)) {
      this.records.set(key, enlistedRecord(owner, guardian, ask.set, ask.previous));
    }
    const record = this.records.get(key) as AcceptorRecord<string>;
    const input = { type: 'ask' as const, from, ask };
    let step = acceptorStep(rulesOf(to), openAcceptor<string, string>(record), input);
    const effects = [...step.effects];
    if (step.state.flight !== undefined) {
      step = acceptorStep(rulesOf(to), step.state, { type: 'persisted' });
      effects.push(...step.effects);
    }
    this.records.set(key, step.state.record);
    return effects.find((each) => each.type === 'send')?.message as Reply;
  }

  /** Answers to the messages of a step, of these guardians. */
  replies(step: Step, ...of: readonly string[]): readonly Reply[] {
    return step.effects
      .filter(({ to }) => of.includes(to))
      .map(({ to, message }) => this.answer(step.state.member, to, message));
  }

  /** Carries messages to and from these until nobody has anything to say, or the goal has ended. */
  run(from: Step, ...of: readonly string[]): Step {
    let step = from;
    const waiting = [...this.replies(step, ...of)];
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      if (step.outcome !== undefined) break;
      step = give(step.state, next);
      waiting.push(...this.replies(step, ...of));
    }
    return step;
  }
}

/** Hands one answer to a proposer, as sent by `from`. */
export function give(state: State, answer: Reply, from: string = answer.guardian.member): Step {
  return proposerStep(rulesOf(state.member), state, { type: 'answer', from, answer });
}

/** Hands answers over one after the other. */
export function giveAll(step: Step, answers: readonly Reply[]): Step {
  return answers.reduce((before, answer) => give(before.state, answer), step);
}

/** Lets a proposer's patience end once. */
export function timeout(state: State): Step {
  return proposerStep(rulesOf(state.member), state, { type: 'timeout' });
}

/** Sets a goal. */
export function start(state: State, goal: Goal<string>): Step {
  return propose(rulesOf(state.member), state, goal);
}

/** A proposer that knows nothing but the set. */
export function opened(
  member: string = owner,
  bootNonce: string = 'n',
  set: GuardianSet = three,
): State {
  return openProposer<string, string>(owner, member, bootNonce, set);
}

/** The goal to read. */
export const read: Goal<string> = { kind: 'read' };
/** The goal to add letters, where there is still `base` if that is given. */
export const write = (changes: string, base?: string): Goal<string> => ({
  kind: 'write',
  changes: [...changes],
  ...(base === undefined ? {} : { base }),
});

/** A proposer that has read, with its guardians. */
export function ready(member: string = owner): readonly [State, Guardians] {
  const guardians = new Guardians();
  return [guardians.run(start(opened(member), read), 'a', 'b', 'c').state, guardians];
}

/** Who is sent what, in a word each. */
export const sent = (step: Step): readonly string[] =>
  step.effects.map(({ to, message }) => `${to} ${message.type}`);
/** The word that a goal ended with. */
export const value = (step: Step): unknown =>
  step.outcome !== undefined && 'value' in step.outcome ? step.outcome.value.cell.value : undefined;
