// Breakages of the one road to the disk: what follows from a write happens too early, or is forgotten.
import { type Mutant, mutant } from './types.ts';

const writes = 'cluster/commit/commit.ts';
const stores = '  const next = proposeSelf(self, estate);';
const proposes = '  proposeOwn(turn, changes);';

/** What follows from a write of this kind happens before the own store, or a quorum of guardians, has it. */
function early(name: string, kind: string, says: string): Mutant {
  const follows = `for (const each of applied) if (each.change?.kind === '${kind}') follow(turn, durable(), each, undefined);`;
  const patches = [stores, proposes].map((search) => ({
    file: writes,
    search,
    replace: `${follows}\n${search}`,
  }));
  return { name, says, patches };
}

export const ordering: readonly Mutant[] = [
  early('sendBeforePersist', 'grant', 'a grant is sent before it is stored'),
  early('ackBeforePersist', 'accept', 'a grant is acknowledged before its acceptance is stored'),
  early('openBeforePersist', 'commit', 'a block is opened before its commit is stored'),
  mutant(
    'failedCountsAsStored',
    'a write that the database refused is believed',
    writes,
    '  if (flight.isSelf) register.self = dropSelf(register.self as SelfState);',
    '  if (flight.isSelf) { register.self = decideSelf(register.self as SelfState); register.value = register.self.value; }',
  ),
  mutant(
    'forgetAfterFailure',
    'what a refused write was for is not tried again',
    writes,
    '  state.queue = [...again, ...state.queue];',
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
    'cluster/supply/watermarks.ts',
    "      block.phase = 'withdrawing';",
    "      block.phase = 'withdrawn';\n      intend(turn, { kind: 'change', change: { kind: 'release', pool: pool.name, block: block.prefix } });",
  ),
  mutant(
    'keepToOneself',
    'own entries are not gossiped and nobody compares sets',
    'cluster/replication/sync.ts',
    "    send(turn, member, { type: 'syncHash', hash: env.replica.hash() });",
    '',
  ),
];
