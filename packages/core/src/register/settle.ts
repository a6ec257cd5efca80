/**
 * What a proposer does with the highest accepted cell that a quorum of promises showed. Numbered cases:
 *
 *  1. A Stop: nothing may follow it; propose it again for its votes and go on in the next set.
 *  2. A read: that cell, made sure of.
 *  3. A change of guardians: the Stop, unless the register has moved on already; enlisted first, should a detour
 *     through other epochs have led here before the next guardians were.
 *  4. A write that finds its own cell, or its own mark underneath: it happened; make sure.
 *  5. A write whose base is still there: propose the change, under the new ballot.
 *  6. A write that finds another cell in its place: conflict, made sure of. When so much has happened since
 *     that nobody can tell whether ours is underneath: uncertain.
 */
import { compareBallots, sameBallot } from './ballot.ts';
import type { Rules } from './cell.ts';
import type { Equivocation, Report } from './messages.ts';
import type { Goal, Held, ProposerState, ProposerStep, Verdict } from './proposerState.ts';
import { quorumOf, sameSet } from './quorum.ts';
import { advance, askAll, finish, keep } from './rounds.ts';
import type { Ballot } from './types.ts';

type WriteGoal<C> = Extract<Goal<C>, { kind: 'write' }>;
type MoveGoal = Extract<Goal<never>, { kind: 'move' }>;

/** The report with the highest ballot. */
export function highestReport<V>(reports: readonly Report<V>[]): Report<V> {
  return reports.reduce((a, b) => (compareBallots(a.ballot, b.ballot) >= 0 ? a : b));
}

/** Two cells under one ballot among the reports, as proof; undefined when there are none. */
export function contradiction<V>(reports: readonly Report<V>[]): Equivocation | undefined {
  const { ballot, digest, signature } = highestReport(reports);
  const other = reports.find((each) => sameBallot(each.ballot, ballot) && each.digest !== digest);
  if (other === undefined) return undefined;
  return { ballot, digests: [digest, other.digest], signatures: [signature, other.signature] };
}

/** Goes on from a quorum of promises for `ballot`; `top` is the highest accepted cell among them. */
export function settle<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
  ballot: Ballot,
  top: Held<V>,
  reports: readonly Report<V>[],
): ProposerStep<V, C> {
  const { goal } = state;
  if (goal === undefined) throw new Error('register: promises without a goal');
  const same = reports.filter((each) => sameBallot(each.ballot, top.ballot)).length;
  const isSure = same >= quorumOf(state.set);
  const made = (verdict: Verdict): ProposerStep<V, C> => {
    if (!isSure || (goal.kind === 'read' && goal.proof))
      return keep(rules, state, { ...top, ballot }, verdict);
    return finish({ ...state, standing: ballot, current: top }, { kind: verdict, value: top });
  };
  if (top.cell.next !== undefined) return keep(rules, state, { ...top, ballot }, 'decided');
  switch (goal.kind) {
    case 'read':
      return made('decided');
    case 'move':
      if (!isNext(state, goal)) {
        return made(sameSet(state.set, goal.next) ? 'decided' : 'conflict');
      }
      if (!goal.ready) return askAll(rules, { ...state, phase: { kind: 'enlisting', ready: [] } });
      return advance(rules, state, ballot, top, stopStep(top, goal)) ?? made('conflict');
    case 'write': {
      const found = recognise(state, goal, top);
      if (found !== 'base') return made(found);
      return (
        advance(rules, state, ballot, top, writeStep(state, goal, ballot, top)) ?? made('conflict')
      );
    }
  }
}

/**
 * Goes on from the standing ballot, without a round of promises; undefined when there is nothing to propose
 * on `current`. Then the guardians must be asked: what we remember may be old, and is no answer.
 */
export function settleStanding<V, C>(
  rules: Rules<V, C>,
  state: ProposerState<V, C>,
): ProposerStep<V, C> | undefined {
  const { goal, standing, current } = state;
  if (standing === undefined || current === undefined) return undefined;
  if (goal?.kind === 'move' && goal.ready && isNext(state, goal)) {
    return advance(rules, state, standing, current, stopStep(current, goal));
  }
  if (goal?.kind !== 'write' || recognise(state, goal, current) !== 'base') return undefined;
  return advance(rules, state, standing, current, writeStep(state, goal, standing, current));
}

/** Does the move lead from the epoch that this proposer knows to the next one? */
export function isNext<V, C>({ set }: ProposerState<V, C>, { next }: MoveGoal): boolean {
  return next.epoch === set.epoch + 1;
}

/** Is what was read our own write, the base that it needs, or something else? */
function recognise<V, C>(
  { owner, member }: ProposerState<V, C>,
  { base, sent }: WriteGoal<C>,
  { cell, digest }: Held<V>,
): Verdict | 'base' {
  if (sent !== undefined) {
    if (digest === sent.digest) return 'decided';
    if (member === owner && cell.mark === sent.mark) return 'decided';
    if (cell.version > sent.version && member !== owner) return 'uncertain';
  }
  return base === undefined || base === digest ? 'base' : 'conflict';
}

function stopStep<V, C>(
  { cell }: Held<V>,
  { next }: MoveGoal,
): { readonly changes: readonly C[]; readonly mark: string; readonly next: typeof next } {
  return { changes: [], mark: cell.mark, next };
}

/** The owner marks its writes, so that it knows them again under whatever others put on top. */
function writeStep<V, C>(
  { owner, member }: ProposerState<V, C>,
  { changes, sent }: WriteGoal<C>,
  ballot: Ballot,
  { cell }: Held<V>,
): { readonly changes: readonly C[]; readonly mark: string } {
  if (member !== owner) return { changes, mark: cell.mark };
  return { changes, mark: sent?.mark ?? `${ballot.bootNonce}/${ballot.counter}` };
}
