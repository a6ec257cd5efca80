// Hunts all mutants, or those named, and says which seed found each. With `--record` what became of them goes into
// docs/simulation/mutants.json, after each, and into docs/SIMULATION.md; others there stay as they are.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { type MutantResult, withMutants } from '../report/protocolMutants.ts';
import { mutants } from './all.ts';
import { type Kill, kill } from './kill.ts';
import type { Mutant } from './types.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '100' },
    nodes: { type: 'string', default: '5' },
    record: { type: 'boolean', default: false },
    shrink: { type: 'string', default: '1000' },
    'shrink-steps': { type: 'string', default: '20000000' },
    invariant: { type: 'string' },
  },
});
const RESULTS = new URL('../../../docs/simulation/mutants.json', import.meta.url);
const PAGE = new URL('../../../docs/SIMULATION.md', import.meta.url);

const chosen = mutants.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const events: number[] = [];
const survivors: string[] = [];
for (const mutant of chosen) {
  const found = await kill(mutant, {
    firstSeed: 0,
    maxSeeds: Number(values.seeds),
    nodes: Number(values.nodes),
    shrinkRuns: Number(values.shrink),
    shrinkSteps: Number(values['shrink-steps']),
    ...(values.invariant === undefined ? {} : { invariant: values.invariant }),
  });
  if (found.events !== undefined) events.push(found.events);
  if (found.message === undefined && mutant.equivalent === undefined) survivors.push(mutant.name);
  process.stdout.write(`${mutant.name}: ${told(found)} (${mutant.says})\n`);
  if (values.record) record(mutant, found);
}

function told({ message, seeds, situation, invariant, events }: Kill): string {
  if (message === undefined) return `survived ${situation ?? `${seeds} seeds`}`;
  if (situation !== undefined) return `situation ${situation}: ${message}`;
  return `seeds: ${seeds}, ${invariant}, ${events ?? '-'} events`;
}

/** In the order of the list of mutants; what is no mutant any more goes. */
function record({ name, says, equivalent }: Mutant, found: Kill): void {
  const before = JSON.parse(readFileSync(RESULTS, 'utf8')) as readonly MutantResult[];
  const known = new Map<string, unknown>(before.map((each) => [each.name, each]));
  known.set(name, { name, says, equivalent, ...found, mutant: undefined });
  const results = mutants.flatMap((each) => known.get(each.name) ?? []);
  const text = `${JSON.stringify(results, undefined, 2)}\n`;
  writeFileSync(RESULTS, text);
  const page = withMutants(readFileSync(PAGE, 'utf8'), JSON.parse(text));
  writeFileSync(PAGE, page);
}

events.sort((a, b) => a - b);
const median = events[Math.floor(events.length / 2)] ?? '-';
process.stdout.write(
  `${chosen.length - survivors.length} of ${chosen.length} killed, median trace ${median} events\n`,
);
if (survivors.length > 0) process.stdout.write(`survivors: ${survivors.join(' ')}\n`);
process.exitCode = survivors.length > 0 ? 1 : 0;
