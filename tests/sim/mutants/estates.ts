// Breakages of arithmetic on holdings, of pacing, and of asking.
import { type Mutant, mutant } from './types.ts';

const holdings = 'estate/holdings.ts';
const asker = 'cluster/exchange/asker.ts';

export const estates: readonly Mutant[] = [
  mutant(
    'mergeCommitted',
    'committed blocks are merged with their neighbours',
    holdings,
    " && a.use !== 'committed'",
    '',
  ),
  mutant(
    'mergeStrangers',
    'pieces of different records are merged into one',
    holdings,
    ' && a.record === b.record',
    '',
  ),
  mutant(
    'loseRest',
    'what is left of a divided holding is forgotten',
    holdings,
    '        kept.push({ ...holding, prefix: formatPrefix(rest) });',
    '        if (rest.length < 0) kept.push({ ...holding, prefix: formatPrefix(rest) });',
  ),
  mutant(
    'waitForEver',
    'a donor that does not answer is waited for without end',
    'cluster/reducer/routes.ts',
    '  roundsDue(turn);',
    '',
  ),
  mutant(
    'waitForDraining',
    'a block that an earlier life was draining holds up its pool',
    'cluster/reducer/routes.ts',
    '  openingDue(turn);',
    '',
  ),
  mutant(
    'neverPause',
    'a round without success is followed by the next one at once',
    asker,
    'demand.pauseMs = Math.min(Math.max(roundPauseMs, demand.pauseMs * 2), roundPauseMaxMs);',
    'demand.pauseMs = Math.min(1, roundPauseMs, roundPauseMaxMs);',
  ),
];
