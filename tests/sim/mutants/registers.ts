// Breakages of a register: what a guardian promises, accepts and keeps, and what a proposer takes for decided.
import { type Mutant, mutant } from './types.ts';

const judge = 'register/judge.ts';
const proposer = 'register/proposer.ts';
const settle = 'register/settle.ts';

export const registers: readonly Mutant[] = [
  mutant(
    'forgetPromise',
    'a guardian does not keep what it promised',
    judge,
    'record: order === 0 ? record : { ...record, promised: ballot },',
    'record,',
  ),
  mutant(
    'promiseBackwards',
    'a guardian promises a ballot below the one that it promised before',
    judge,
    "  if (order < 0) return refused(record, type, 'promised', ballot);",
    '',
  ),
  mutant(
    'acceptStale',
    'a guardian accepts under a ballot below the promised one',
    judge,
    "  if (compareBallots(ballot, record.promised) < 0) return refused(record, type, 'promised', ballot);",
    '',
  ),
  mutant(
    'nextNotPromised',
    "an acceptance does not promise its proposer's next ballot",
    judge,
    'promised: nextBallot(ballot), accepted',
    'promised: ballot, accepted',
  ),
  {
    name: 'reuseBallots',
    says: 'two starts of a proposer use the same ballots',
    patches: [
      {
        file: proposer,
        search: 'return { owner, member, bootNonce, set,',
        replace: "return { owner, member, bootNonce: 'n', set,",
      },
    ],
  },
  mutant(
    'answerBeforeStored',
    'a guardian answers before what it answers is stored',
    'register/acceptor.ts',
    '      state = { ...state, flight: { record, answers } };',
    "      state = { ...state, flight: { record, answers: [] } };\n      for (const each of answers) effects.push({ type: 'send', ...each });",
  ),
  mutant(
    'countTwice',
    'a guardian that votes twice counts twice',
    proposer,
    'const key = guardianKey(guardian);\n  if (phase.held',
    'const key = guardianKey(guardian) + Object.keys(phase.votes).length;\n  if (phase.held',
  ),
  mutant(
    'promiseTwice',
    'a guardian that promises twice counts twice',
    proposer,
    "const key = guardianKey(guardian);\n  if (phase.kind !== 'preparing'",
    "const key = guardianKey(guardian) + ('promises' in phase ? Object.keys(phase.promises).length : 0);\n  if (phase.kind !== 'preparing'",
  ),
  mutant(
    'halfDecides',
    'half of the guardians decide',
    'register/quorum.ts',
    'Math.floor(set.members.length / 2) + 1',
    'Math.ceil(set.members.length / 2)',
  ),
  mutant(
    'oneReads',
    'the promise of one guardian is enough to go on from',
    proposer,
    'if (reports.length < quorumOf(state.set)) return still(next);',
    'if (reports.length < 1) return still(next);',
  ),
  mutant(
    'oneIsSure',
    'what one of the guardians that promise has accepted counts as decided',
    settle,
    'const isSure = same >= quorumOf(state.set);',
    'const isSure = same >= 1;',
  ),
  mutant(
    'lowestAccepted',
    'of what guardians accepted the lowest is gone on from',
    settle,
    '>= 0 ? a : b',
    '>= 0 ? b : a',
  ),
  {
    name: 'outbidGoesHigher',
    says: 'a proposer that was outbid accepts under a higher ballot without asking for promises',
    patches: [
      {
        file: 'register/refusals.ts',
        search: '  return prepare(rules, { ...next, tries: 1 });',
        replace: `  if (phase.kind === 'preparing') return prepare(rules, { ...next, tries: 1 });
  const ballot = { ...phase.held.ballot, counter: highest + 1 };
  const again = { ...phase, held: { ...phase.held, ballot }, votes: {}, outbid: [] };
  return askAll(rules, { ...next, highest: ballot.counter, tries: 1, phase: again });`,
      },
      {
        file: 'register/refusals.ts',
        search: 'import { acceptAsk, finish, prepare, still }',
        replace: 'import { acceptAsk, askAll, finish, prepare, still }',
      },
    ],
  },
  {
    ...mutant(
      'ownWriteUnknown',
      'an owner takes its own write, which others built upon, for a conflict',
      settle,
      "if (member === owner && cell.mark === sent.mark) return 'decided';",
      '',
    ),
    equivalent:
      'it repeats its changes on a value that has them; what a counter or a place names is refused then, one more block may be opened or given at any time, and what is committed is opened from the value',
  },
];
