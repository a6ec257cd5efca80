// Measures and writes docs/SIMULATION.md: `pnpm sim:report --minutes 10`. What became of the mutants is read from
// docs/simulation/mutants.json, which `pnpm sim:mutants --record` writes.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import type { CodeScore } from './codeMutants.ts';
import { convergenceMs, runSwarm, speed } from './measure.ts';
import { pageOf, pictureOf } from './page.ts';
import { addUp, type Partial } from './partials.ts';
import type { MutantResult } from './protocolMutants.ts';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '100000' },
    minutes: { type: 'string', default: '10' },
    hours: { type: 'string', default: '2' },
    partials: { type: 'string', multiple: true, default: [] },
  },
});
const docs = join(dirname(fileURLToPath(import.meta.url)), '../../../docs');
const speeds = [
  { nodes: 10, perSecond: speed(10, 24) },
  { nodes: 50, perSecond: speed(50, 2) },
  { nodes: 200, perSecond: speed(200, 0.2) },
];
const convergence = [3, 5, 10, 20, 40, 80].map((nodes) => ({ nodes, ms: convergenceMs(nodes, 1) }));
const partials = values.partials.map((path) => JSON.parse(readFileSync(path, 'utf8')) as Partial);
const swarm =
  partials.length > 0
    ? addUp(partials)
    : runSwarm(Number(values.seed), Number(values.minutes) * 60_000, Number(values.hours));
const mutants = JSON.parse(
  readFileSync(join(docs, 'simulation/mutants.json'), 'utf8'),
) as readonly MutantResult[];
const codeMutants = JSON.parse(
  readFileSync(join(docs, 'simulation/mutationScore.json'), 'utf8'),
) as CodeScore;
mkdirSync(join(docs, 'simulation'), { recursive: true });
const page = pageOf({ swarm, speeds, convergence, mutants, codeMutants });
writeFileSync(join(docs, 'SIMULATION.md'), page);
writeFileSync(join(docs, 'simulation/convergence.svg'), pictureOf(convergence));
