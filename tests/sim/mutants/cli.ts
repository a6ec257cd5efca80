// Hunts all mutants, or those named, and says which seed found each.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { mutants } from './all.ts';
import { type Kill, kill } from './kill.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '100' },
    nodes: { type: 'string', default: '5' },
    out: { type: 'string' },
    shrink: { type: 'string', default: '1000' },
    'shrink-steps': { type: 'string', default: '20000000' },
    invariant: { type: 'string' },
  },
});
const chosen = mutants.filter(({ name }) => positionals.length === 0 || positionals.includes(name));
const events: number[] = [];
const survivors: string[] = [];
const results: unknown[] = [];
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
  const { name, says, equivalent } = mutant;
  results.push({ name, says, equivalent, ...found, mutant: undefined });
  if (found.message === undefined && equivalent === undefined) survivors.push(name);
  process.stdout.write(`${mutant.name}: ${told(found)} (${mutant.says})\n`);
}

function told({ message, seeds, situation, invariant, events }: Kill): string {
  if (message === undefined) return `survived ${situation ?? `${seeds} seeds`}`;
  if (situation !== undefined) return `situation ${situation}: ${message}`;
  return `seeds: ${seeds}, ${invariant}, ${events ?? '-'} events`;
}

events.sort((a, b) => a - b);
const median = events[Math.floor(events.length / 2)] ?? '-';
process.stdout.write(
  `${chosen.length - survivors.length} of ${chosen.length} killed, median trace ${median} events\n`,
);
if (survivors.length > 0) process.stdout.write(`survivors: ${survivors.join(' ')}\n`);
if (values.out !== undefined)
  writeFileSync(values.out, `${JSON.stringify(results, undefined, 2)}\n`);
process.exitCode = survivors.length > 0 ? 1 : 0;
