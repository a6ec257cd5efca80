// The part of docs/SIMULATION.md about deliberate breakages of the protocol, out of what `pnpm sim:mutants` found.
import { table } from './table.ts';

/** One line of the mutants' results, as `sim:mutants --record` writes it. */
export interface MutantResult {
  readonly name: string;
  readonly says: string;
  readonly equivalent?: string;
  readonly seed?: number;
  readonly seeds: number;
  readonly invariant?: string;
  /** What was wrong; absent where nothing was found. */
  readonly message?: string;
  /** Played instead of random runs. */
  readonly situation?: string;
  readonly events?: number;
}

const TITLE = '## Mutants';

/** The section, title and all, without a line break at its end. */
export function mutantsSection(mutants: readonly MutantResult[]): string {
  const alike = mutants.filter(({ equivalent }) => equivalent !== undefined);
  const killed = mutants.filter(({ message }) => message !== undefined);
  const played = killed.filter(({ situation }) => situation !== undefined);
  const events = mutants.flatMap((each) => each.events ?? []).sort((a, b) => a - b);
  return [
    TITLE,
    '',
    `${killed.length} of ${mutants.length} deliberate breakages found, ${played.length} of them in a situation that is played on purpose (\`tests/sim/mutants/situations.ts\`), the others by random runs;`,
    `${alike.length} cannot be told from the original; median shortened trace: ${events[Math.floor(events.length / 2)] ?? '-'} events. What the original breaks in the same run does not count.`,
    '',
    table(['mutant', 'what it breaks', 'seeds needed', 'found by', 'events'], mutants.map(rowOf)),
  ].join('\n');
}

function rowOf({ name, says, equivalent, ...found }: MutantResult): readonly string[] {
  const { message, seeds, situation, invariant, events } = found;
  const seedsNeeded = message === undefined ? `not in ${seeds}` : `${seeds}`;
  const missed = equivalent === undefined ? '**survived**' : `the same: ${equivalent}`;
  const by = message === undefined ? missed : (invariant ?? `situation ${situation}`);
  return [name, says, situation === undefined ? seedsNeeded : '-', by, `${events ?? '-'}`];
}

/** The page with this section in place of the one that it has, or at its end. */
export function withMutants(page: string, mutants: readonly MutantResult[]): string {
  const start = page.indexOf(`${TITLE}\n`);
  const section = `${mutantsSection(mutants)}\n`;
  if (start < 0) return `${page.trimEnd()}\n\n${section}`;
  const after = page.indexOf('\n## ', start);
  return page.slice(0, start) + section + (after < 0 ? '' : page.slice(after));
}
