// Breakages of the one road to the disk: what follows from a write happens too early, or is forgotten.
import { type Mutant, mutant } from './types.ts';

const writes = 'cluster/writes.ts';
const started = "  const persist = { type: 'persist' as const, write: number };";

function early(name: string, kind: string, says: string): Mutant {
  const follows = `for (const each of applied) if (each.change?.kind === '${kind}') follow(turn, each, update);`;
  return mutant(name, says, writes, started, `${follows}\n${started}`);
}

export const ordering: readonly Mutant[] = [
  early('sendBeforePersist', 'grant', 'a grant is sent before it is stored'),
  early('ackBeforePersist', 'accept', 'a grant is acknowledged before its acceptance is stored'),
  early('openBeforePersist', 'commit', 'a block is opened before its commit is stored'),
  mutant(
    'failedCountsAsStored',
    'a write that the database refused is believed',
    writes,
    "    const failure = { type: 'persistFailed' as const, reason: input.reason };",
    "    const failure = { type: 'persisted' as const };",
  ),
  mutant(
    'forgetAfterFailure',
    'what a refused write was for is not tried again',
    writes,
    '  state.queue = [...flight.applied.map((each) => each.intent), ...state.queue];',
    '',
  ),
  mutant(
    'keepPlacesAfterFailure',
    'places of entries that were never stored are not given back',
    writes,
    '  env.replica.abandon();',
    '',
  ),
  mutant(
    'releaseBeforeEmpty',
    'a block is withdrawn from the register without looking whether it is empty',
    'cluster/watermarks.ts',
    "      block.phase = 'withdrawing';",
    "      block.phase = 'withdrawn';\n      intend(turn, { kind: 'change', change: { kind: 'release', pool: pool.name, block: block.prefix } });",
  ),
  mutant(
    'keepToOneself',
    'own entries are not gossiped and nobody compares sets',
    'cluster/sync.ts',
    "    send(turn, member, { type: 'syncHash', hash: env.replica.hash() });",
    '',
  ),
];
