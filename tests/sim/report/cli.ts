// Measures and writes docs/SIMULATION.md: `pnpm sim:report --minutes 10`. What became of the mutants is read from
// docs/simulation/mutants.json, which `pnpm sim:mutants --record` writes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { CodeScore } from './codeMutants.ts';
import { type Condition, convergenceOf } from './convergence.ts';
import { runSwarm } from './measure.ts';
import { pageOf, withSwarm } from './page.ts';
import { addUp, type Partial } from './partials.ts';
import { pictureOf } from './picture.ts';
import type { MutantResult } from './protocolMutants.ts';
import { costWith, speedOf } from './speed.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '10' },
    hours: { type: 'string', default: '2' },
    keep: { type: 'boolean', default: false },
    partials: { type: 'string', multiple: true, default: [] },
  },
});
const docs = join(dirname(fileURLToPath(import.meta.url)), '../../../docs');
const partials = values.partials.map((path) => JSON.parse(readFileSync(path, 'utf8')) as Partial);
const swarm =
  partials.length > 0
    ? addUp(partials)
    : runSwarm(Number(values.seed), Number(values.minutes) * 60_000, Number(values.hours));
// With `--keep` the run alone is written anew: speeds and convergence stay as they were measured.
if (values.keep) {
  const path = join(docs, 'SIMULATION.md');
  writeFileSync(path, withSwarm(readFileSync(path, 'utf8'), swarm));
  process.exit();
}
const speeds = [speedOf(10, 4_000_000), speedOf(50, 4_000_000), speedOf(200, 4_000_000)];
const costs = [0, 1_000, 10_000, 50_000].map((records) => costWith(records, 72, 2));
const conditions: readonly Condition[] = ['quiet', 'lossy', 'partition'];
const convergence = [3, 5, 10, 20, 50, 100, 200].flatMap((nodes) =>
  conditions.map((condition) => convergenceOf(nodes, condition, 11)),
);
const mutants = JSON.parse(
  readFileSync(join(docs, 'simulation/mutants.json'), 'utf8'),
) as readonly MutantResult[];
const codeMutants = JSON.parse(
  readFileSync(join(docs, 'simulation/mutationScore.json'), 'utf8'),
) as CodeScore;
mkdirSync(join(docs, 'simulation'), { recursive: true });
const page = pageOf({ swarm, speeds, costs, convergence, mutants, codeMutants });
writeFileSync(join(docs, 'SIMULATION.md'), page);
writeFileSync(join(docs, 'simulation/convergence.svg'), pictureOf(convergence));
