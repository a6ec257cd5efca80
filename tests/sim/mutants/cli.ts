// Hunts all mutants, or those named, and says which seed found each.
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { mutants } from './all.ts';
import { kill } from './kill.ts';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    seeds: { type: 'string', default: '100' },
    nodes: { type: 'string', default: '5' },
    out: { type: 'string' },
    shrink: { type: 'string', default: '1000' },
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
    ...(values.invariant === undefined ? {} : { invariant: values.invariant }),
  });
  if (found.events !== undefined) events.push(found.events);
  const { name, says, equivalent } = mutant;
  results.push({ name, says, equivalent, ...found, mutant: undefined });
  if (found.seed === undefined && equivalent === undefined) survivors.push(name);
  const how =
    found.seed === undefined
      ? `survived ${found.seeds} seeds`
      : `seeds: ${found.seeds}, ${found.invariant}, ${found.events ?? '-'} events`;
  process.stdout.write(`${mutant.name}: ${how} (${mutant.says})\n`);
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
