// Breakages of what others do with the register of a silent or forgotten owner, and of an owner's new start.
import { type Mutant, mutant, shownIn } from './types.ts';

const recovery = 'estate/recovery.ts';
const deeds = 'cluster/recovery/nextStep.ts';
const heard = 'cluster/guarding/endsHeard.ts';
const settle = 'cluster/recovery/settle.ts';
const adopt = 'cluster/register/adopt.ts';

export const recovering: readonly Mutant[] = [
  mutant(
    'reclaimAtOnce',
    'the reserve of an owner is taken over without waiting for it to be silent',
    'cluster/members/heard.ts',
    'return silentMs(turn, member) >= turn.state.tuning.reclaimMs && hearsMost(turn, member);',
    'return hearsMost(turn, member);',
  ),
  mutant(
    'reclaimCommitted',
    'committed blocks of a silent owner are taken over as if they were reserve',
    recovery,
    ": estate.holdings.filter((each) => each.use === 'reserve');",
    ': estate.holdings;',
  ),
  mutant(
    'reclaimTwice',
    'what one heir takes over stays in the estate, for a second heir',
    recovery,
    '    holdings: estate.holdings.filter((each) => !given.includes(each)),',
    '    holdings: estate.holdings,',
  ),
  shownIn(
    'wronglyForgotten',
    mutant(
      'forgetUnsealed',
      'the estate of a forgotten member is not sealed',
      recovery,
      "  return ok(kind === 'seal' ? { ...after, sealed: true } : after);",
      '  return ok(after);',
    ),
  ),
  mutant(
    'heirDropsFirst',
    'an heir drops what is for it from the register of the dead before it has accepted it',
    deeds,
    "  if (left !== undefined && (accepted.length === 0 || !isDone)) {\n    return { kind: 'wait', reason: left };\n  }\n  return { kind: 'write', changes: [{ kind: 'acknowledged', to: member, counter }] };",
    "  const last = isDone && left === undefined ? counter : (entries.at(-1)?.counter ?? 0);\n  return { kind: 'write', changes: [{ kind: 'acknowledged', to: member, counter: last }] };",
  ),
  shownIn(
    'acceptedThenGone',
    mutant(
      'takeBackAccepted',
      'what a member had accepted before it was forgotten is taken back by the giver',
      settle,
      '  if (counter <= accepted) return acknowledged(turn, estate, { to, accepted }, certain);\n',
      '',
    ),
  ),
  mutant(
    'heirOfAnybody',
    "the votes of one member's guardians hand on what another member owned",
    'ownership/lineage.ts',
    'return giver !== undefined && record.writers.includes(giver);',
    'return giver !== undefined && (record.writers.includes(giver) || (needsCertificate(record.kind) && record.writers.length > 0));',
  ),
  shownIn(
    'blocksRest',
    mutant(
      'noRest',
      'committed blocks of a forgotten member do not rest at the heir',
      recovery,
      "(use === 'committed' && rests) ? { ...entry, rest: true } : entry;",
      "(use === 'committed' && rests) ? { ...entry } : entry;",
    ),
  ),
  shownIn(
    'nowAtBoth',
    mutant(
      'nowWaivesAll',
      'forget --now waives what was resting at the forgotten member as well',
      recovery,
      "use === 'resting' || (use === 'committed' && rests)",
      "use !== 'reserve' && rests",
    ),
  ),
  shownIn(
    'cutFromOperator',
    mutant(
      'heardUnsaid',
      'a guardian says only when it should vote that it hears the owner: others have voted by then',
      heard,
      "if (type !== 'promise' || to === owner || !isHeard(turn, owner, kept)) return answer;",
      'if (to !== undefined) return answer;',
    ),
  ),
  shownIn(
    'cutFromHeir',
    mutant(
      'heardByHeirOnly',
      'guardians that hear a forgotten member tell nobody',
      'cluster/guarding/stillHeard.ts',
      "      if (!registers.isGone(to)) send(turn, to, { type: 'stillHeard', owner });",
      '',
    ),
  ),
  shownIn(
    'blocksRest',
    mutant(
      'restEndsAtOnce',
      'the rest of a block ends when it begins',
      'cluster/blocks/rests.ts',
      'Math.max(state.tuning.restMs, leastRestMs(state))',
      '0',
    ),
  ),
  shownIn(
    'wronglyForgotten',
    mutant(
      'keepWhatWasTaken',
      'an owner that reads that others have its blocks keeps them open',
      'cluster/blocks/letGo.ts',
      'if (turn.state.isLeaving && !hasBlocks(turn.state)) return;',
      'return;',
    ),
  ),
  {
    name: 'serveFromMemory',
    says: 'a start opens the blocks that its own store names, without asking the guardians',
    patches: [
      {
        file: 'cluster/register/start.ts',
        search: '  openOwn(turn);\n  letGoAtStart',
        replace:
          '  openOwn(turn);\n  if (state.register.desk !== undefined) { state.booted = true; publishAll(turn, {} as never); }\n  letGoAtStart',
      },
      {
        file: 'cluster/register/start.ts',
        search: "import { intend, isOnItsWay } from '../writes/index.ts';",
        replace:
          "import { intend, isOnItsWay } from '../writes/index.ts';\nimport { publishAll } from '../blocks/open.ts';",
      },
    ],
  },
  shownIn(
    'copyTookOver',
    mutant(
      'foreignStart',
      'a process goes on when another start of its member has written to the register',
      adopt,
      '  if (bootNonce === state.bootNonce) return;',
      '  if (bootNonce.length > 0) return;',
    ),
  ),
  shownIn(
    'copyBeside',
    mutant(
      'believeNewStart',
      'guardians believe a new start of an owner whose old process was heard a moment ago',
      'register/acceptor.ts',
      'if (heard === undefined || ballot.proposer !== record.owner) return false;',
      'if (heard === undefined || ballot.proposer !== record.owner || record.ready) return false;',
    ),
  ),
  shownIn(
    'twoWentBack',
    mutant(
      'neverAbstains',
      'a guardian that knows that it went back in time goes on voting',
      'register/acceptor.ts',
      '      return work(rules, { ...muted, suspected: input.reason }, []);',
      '      return work(rules, muted, []);',
    ),
  ),
];
