// Breakages of the view, the gate and the replicated set.
import { type Mutant, mutant } from './types.ts';

const lineage = 'ownership/lineage.ts';

export const views: readonly Mutant[] = [
  mutant(
    'anyWriter',
    'a record is in force whoever wrote it',
    lineage,
    'return giver !== undefined && record.writers.includes(giver);',
    'return giver !== undefined;',
  ),
  mutant(
    'anyVersion',
    'a record is in force whatever its version',
    lineage,
    '  if (record.version !== highest + 1) return false;',
    '',
  ),
  mutant(
    'silentEquivocation',
    'two grants of the same addresses are not noticed',
    'ownership/placement.ts',
    '  suspicious = false;',
    '  get suspicious(): boolean { return false; }\n  set suspicious(_: boolean) {}',
  ),
  mutant(
    'openGate',
    'signatures of entries are not checked',
    'replica/plainReplica.ts',
    'const result = shape.ok ? checkSigned(entry, { network, verify }) : shape;',
    'const result = shape.ok ? checkSigned(entry, { network, verify: () => true }) : shape;',
  ),
  mutant(
    'anyName',
    'an entry may have any id',
    'replica/plainReplica.ts',
    'if (checked.value !== id) return',
    'if (id === undefined) return',
  ),
  mutant(
    'logWithHoles',
    'a place is taken though earlier ones of its publisher are missing',
    'replica/log.ts',
    "    if (place.clock > run.length) return 'gap';",
    '',
  ),
  mutant(
    'oldAnnouncementWins',
    'the announcement that came last counts, not the latest one',
    'replica/set.ts',
    'known.sequence > body.sequence',
    'known.sequence > body.sequence + 1_000_000',
  ),
  mutant(
    'halfSync',
    'a node that is asked for its vector does not send what the other lacks',
    'cluster/replication/sync.ts',
    "    send(turn, from, { type: 'syncUpdate', update, more });",
    '    if (more === undefined) return;',
  ),
];
