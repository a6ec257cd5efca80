// Breakages of the change of guardians: Stop, seed, and what is no end.
import { type Mutant, mutant, shownIn } from './types.ts';

const judge = 'register/judge.ts';
const settle = 'register/settle.ts';

export const guardians: readonly Mutant[] = [
  {
    name: 'skipStop',
    says: 'the next guardians start from what one of the old ones has, without a Stop',
    patches: [
      {
        file: settle,
        search:
          "return advance(rules, state, ballot, top, stopStep(top, goal)) ?? made('conflict');",
        replace:
          'return follow(rules, state, { from: state.set, stop: { ...top.cell, ...stopStep<C>(top as never, goal), next: goal.next }, ballot: top.ballot, votes: [] } as never);',
      },
      {
        file: settle,
        search: '    return advance(rules, state, standing, current, stopStep(current, goal));',
        replace: '    return undefined;',
      },
      {
        file: settle,
        search: 'import { advance, askAll, finish, keep }',
        replace: 'import { advance, askAll, finish, follow, keep }',
      },
      {
        file: 'register/seed.ts',
        search: '  return counted.size >= quorumOf(set);',
        replace: '  return counted.size >= 0;',
      },
    ],
  },
  {
    name: 'oneVoteStops',
    says: 'the vote of one old guardian is enough to start the next ones',
    patches: [
      {
        file: 'register/proposer.ts',
        search: 'if (Object.keys(voted.votes).length < quorumOf(set)) return still(next);',
        replace:
          'if (Object.keys(voted.votes).length < (phase.held.cell.next === undefined ? quorumOf(set) : 1)) return still(next);',
      },
      {
        file: 'register/seed.ts',
        search: '  return counted.size >= quorumOf(set);',
        replace: '  return counted.size >= 1;',
      },
    ],
  },
  {
    name: 'goOnAfterStop',
    says: 'old guardians go on accepting after a Stop',
    patches: [
      {
        file: settle,
        search: 'if (top.cell.next !== undefined) return',
        replace: "if (top.cell.next !== undefined && goal.kind === 'move') return",
      },
      {
        file: 'register/cell.ts',
        search: 'if (cell.next !== undefined) return undefined;',
        replace: '',
      },
    ],
  },
  mutant(
    'seedAgain',
    'a second seed replaces what a guardian has accepted since the first',
    judge,
    'if (record.accepted !== undefined)',
    'if (record.accepted === null)',
  ),
  {
    name: 'seedHigh',
    says: 'a guardian holds its first value under the ballot of the Stop, not under the lowest',
    patches: [
      {
        file: judge,
        search: 'const accepted = { ballot: seedBallot, digest,',
        replace: 'const accepted = { ballot: seed.ballot, digest,',
      },
      {
        file: 'register/proposer.ts',
        search: 'if (sameBallot(ballot, seedBallot)) return true;',
        replace: 'if (signature.length === 0) return true;',
      },
    ],
  },
  shownIn(
    'oneIsNotReady',
    mutant(
      'moveBeforeReady',
      'the old guardians are stopped when only a quorum of the next ones knows of the register',
      'register/proposer.ts',
      'ready.length < audience(state).length',
      'ready.length < quorumOf(goal.next)',
    ),
  ),
];
