// Breakages of the giving side: what leaves an estate, under which counter, and for how long it is kept.
import { type Mutant, mutant } from './types.ts';

const change = 'estate/change.ts';
const donor = 'cluster/exchange/donor.ts';
const pick = 'estate/pick.ts';

export const giving: readonly Mutant[] = [
  mutant(
    'keepWhatIsGiven',
    'what is granted stays in the holdings',
    change,
    '    holdings: left,',
    '    holdings: left.length < 0 ? left : estate.holdings,',
  ),
  mutant(
    'outNotRaised',
    'the counter of given grants is not written',
    change,
    '    out: { ...estate.out, [to]: counter },',
    '    out: { ...estate.out, [to]: last },',
  ),
  mutant(
    'forgetOutbox',
    'a grant is sent once and not kept until it is acknowledged',
    change,
    '    outbox: [...estate.outbox, { to, counter, record }],',
    '    outbox: estate.outbox,',
  ),
  mutant(
    'ackDropsAll',
    'an acknowledgement drops later grants too',
    change,
    'entry.to !== change.to || entry.counter > change.counter,',
    'entry.to !== change.to,',
  ),
  mutant(
    'ackDropsOthers',
    'an acknowledgement drops grants to others',
    change,
    'entry.to !== change.to || entry.counter > change.counter,',
    'entry.counter > change.counter,',
  ),
  mutant(
    'ackAnyCounter',
    'an acknowledgement of what was never given is believed',
    donor,
    '  if (message.counter > (estate.out[from] ?? 0)) return;',
    '',
  ),
  mutant(
    'believeCounters',
    'a counter above what was given counts as an acknowledgement',
    donor,
    '  if (inCounter > given) {',
    '  if (inCounter > given + 1_000_000) {',
  ),
  mutant(
    'neverResend',
    'an unacknowledged grant is not sent again',
    donor,
    '    resendTo(turn, to, 0);\n    peer.resendAtMs',
    '    peer.resendAtMs',
  ),
  {
    name: 'grantCommitted',
    says: 'committed blocks are given away',
    patches: [
      {
        file: pick,
        search: "mergePrefixes(ofUse(holdings, pool, 'reserve').map((h) => prefixOf(h.prefix)))",
        replace:
          'mergePrefixes(holdings.filter((h) => h.pool === pool).map((h) => prefixOf(h.prefix)))',
      },
      { file: change, search: "part.use === 'reserve' && ", replace: '' },
    ],
  },
  mutant(
    'sameVersion',
    'a grant keeps the version of its predecessor',
    pick,
    'Math.max(...parts.map((part) => part.version)) + 1;',
    'Math.max(...parts.map((part) => part.version));',
  ),
  {
    name: 'onePredecessor',
    says: 'a grant names only one of its predecessors',
    patches: [
      {
        file: pick,
        search: 'const predecessors = parts.map((part) => part.record);',
        replace: 'const predecessors = parts.slice(0, 1).map((part) => part.record);',
      },
      // Else the estate refuses what the donor made, and nobody ever sees it.
      { file: change, search: ' && record.body.predecessors.includes(part.record)', replace: '' },
    ],
  },
  mutant(
    'staleProvesRollback',
    'an old request counts as proof that its sender went back in time',
    donor,
    'const isProven = denies !== undefined && denies <= acknowledged && inCounter < denies;',
    'const isProven = denies === undefined || inCounter < denies;',
  ),
  {
    name: 'noTrace',
    says: 'the receiver of a grant does not publish it',
    patches: [
      {
        file: 'cluster/commit/commit.ts',
        search: "change.kind === 'accept' ? [change.record] : []));",
        replace: "change.kind === 'accept' ? [] : []));",
      },
      {
        file: 'cluster/register/own.ts',
        search: "    change?.kind === 'accept' ? [change.record] : [],",
        replace: "    change?.kind === 'accept' ? [] : [],",
      },
    ],
  },
  mutant(
    'lastBlocksCirculate',
    'the reserve is given to those who only fill up theirs',
    donor,
    'const keep = message.needed ? 0 : state.tuning.reserveBlocks;',
    'const keep = message.needed ? 0 : 0;',
  ),
];
