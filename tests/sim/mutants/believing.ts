// Breakages of whom and what is believed: disks that went back, guardians that were replaced, answers to a census.
import { type Mutant, mutant, shownIn } from './types.ts';

const adopt = 'cluster/register/adopt.ts';
const witness = 'cluster/census/witness.ts';
const own = 'cluster/register/own.ts';
const work = 'cluster/recovery/work.ts';

export const believing: readonly Mutant[] = [
  shownIn(
    'unknownStart',
    mutant(
      'unknownStartGuards',
      'a store that finds in its register a start that it knows nothing of goes on guarding',
      adopt,
      "  feedAll(turn, { type: 'suspect', reason });\n  raise",
      '  if (reason === undefined) feedAll(turn, { type: undefined as never, reason });\n  raise',
    ),
  ),
  shownIn('forgottenStop', {
    name: 'replacedAreBelieved',
    says: 'guardians that were replaced, and forgot the Stop, are believed',
    patches: [
      {
        file: own,
        search: 'if (register.writing === undefined && isOver(turn, desk))',
        replace: 'if (register.writing === null && isOver(turn, desk))',
      },
      {
        file: own,
        search: 'return isOver(turn, desk) ? turnBack(turn, desk) : found(turn, outcome.value);',
        replace: 'return found(turn, outcome.value);',
      },
      {
        file: work,
        search: 'if (isOver(turn, care.desk)) {',
        replace: 'if (care.desk === null && isOver(turn, care.desk)) {',
      },
    ],
  }),
  shownIn(
    'fencedFirst',
    mutant(
      'censusBeforeFence',
      'a census is answered before the acceptors of the owners abstain, durably',
      witness,
      '  if (!areFenced(turn, counting)) return undefined;\n',
      '  areFenced(turn, counting);\n',
    ),
  ),
  {
    ...mutant(
      'censusInWrite',
      'a census is answered while a write of the own register is under way',
      witness,
      '  return state.register.decided.length === 0 && state.register.writing === undefined;',
      '  return state.register.value !== undefined;',
    ),
    equivalent:
      'what is decided or proposed after the owners are shut out moves pieces between members that live: they are in an answer as held or as leaving. What was decided before and is not stored yet is in the answer as held, and a crash loses no more than one before the answer does',
  },
  shownIn(
    'givenBackAfterReclaim',
    mutant(
      'givenBackWhole',
      'a register that is given back keeps what the view gives to others',
      'cluster/register/givenBack.ts',
      "    if (status !== 'active' && status !== 'dominated') return true;\n",
      "    if (status !== 'active' && status !== 'dominated') return true;\n    if (status.length > 0) return true;\n",
    ),
  ),
  shownIn(
    'droppedUntold',
    mutant(
      'dropBeforeInSet',
      'what was acknowledged leaves the outbox before its record is in the set',
      'cluster/commit/commit.ts',
      "  if (change.kind !== 'acknowledged' && change.kind !== 'takeBack') return true;\n",
      '  if (change.kind.length > 0) return true;\n',
    ),
  ),
  shownIn(
    'selfKeptWentBack',
    mutant(
      'rolledBackGoesOn',
      'a register that its owner keeps itself is not stopped by a member that knows more of it',
      'cluster/register/start.ts',
      '    if (register.desk === undefined) return proveRollback(turn, from, about);\n',
      '',
    ),
  ),
  shownIn(
    'unconfirmed',
    mutant(
      'writeUnconfirmed',
      "a start that waits for a member's word writes to its own register",
      'cluster/commit/commit.ts',
      'if (mayPropose(state) && !awaitsWord(state)) propose(turn);',
      'if (mayPropose(state)) propose(turn);',
    ),
  ),
  shownIn(
    'endedStart',
    mutant(
      'openWhenEnded',
      'a start that finds its member gone leaves open what lies in the run directory',
      'cluster/blocks/letGo.ts',
      '  if (state.register.isRead || estate.sealed) letGo(turn, estate);\n  else learnSeal(turn);\n',
      '  if (state.register.isRead && !estate.sealed) letGo(turn, estate);\n',
    ),
  ),
  shownIn(
    'openedUnnoted',
    mutant(
      'openBeforeNoted',
      'a block is renamed into place before the note that it is open is durable',
      'testing/modelBlocks.ts',
      "  if (!notes.set(each.block, 'open')) return 'waiting';\n  each.isAside = false;\n  each.isMarked = true;\n  each.where = 'open';\n",
      "  each.isAside = false;\n  each.isMarked = true;\n  each.where = 'open';\n  if (!notes.set(each.block, 'open')) return 'waiting';\n",
    ),
  ),
];
