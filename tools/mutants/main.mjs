// `pnpm mutants`: changes core's code in small ways and looks whether the tests beside it notice. Writes
// the counts to docs/simulation/mutationScore.json and its table into docs/SIMULATION.md.
//
//   pnpm mutants                        all folders
//   pnpm mutants ownership --fresh      one folder, forgetting earlier runs
//
// Without --fresh, what is known from earlier runs is kept where neither the code nor a test that reaches it
// changed. Survivors among constants stay survivors then, because no test is known to reach them: measure afresh.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { Stryker } from '@stryker-mutator/core';
import { withCodeMutants } from '../../tests/sim/report/codeMutants.ts';
import { optionsFor, reportOf, reports } from './options.mjs';
import { countsOf, least, scoreOf, survivors } from './score.mjs';

const FOLDERS = ['ownership', 'estate', 'register'];
const SCORES = 'docs/simulation/mutationScore.json';
const PAGE = 'docs/SIMULATION.md';

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { fresh: { type: 'boolean', default: false } },
});
const unknown = positionals.filter((folder) => !FOLDERS.includes(folder));
if (unknown.length > 0) {
  process.stderr.write(`Mutants of ${unknown.join(', ')}? There are: ${FOLDERS.join(', ')}.\n`);
  process.exit(2);
}

mkdirSync(reports, { recursive: true });
const lines = [];
for (const folder of positionals.length > 0 ? positionals : FOLDERS) {
  await new Stryker(optionsFor(folder, values.fresh)).runMutationTest();
  const report = JSON.parse(readFileSync(reportOf(folder), 'utf8'));
  const counts = countsOf(report);
  remember(folder, counts);
  lines.push(...survivors(report), lineOf(folder, counts));
  if (scoreOf(counts) < least) process.exitCode = 1;
}
process.stdout.write(`${lines.join('\n')}\n`);

function remember(folder, counts) {
  const known = JSON.parse(readFileSync(SCORES, 'utf8'));
  known[folder] = { measured: new Date().toISOString().slice(0, 10), ...counts };
  const sorted = Object.fromEntries(
    FOLDERS.flatMap((key) => (known[key] ? [[key, known[key]]] : [])),
  );
  writeFileSync(SCORES, `${JSON.stringify(sorted, undefined, 2)}\n`);
  writeFileSync(PAGE, withCodeMutants(readFileSync(PAGE, 'utf8'), sorted));
}

function lineOf(folder, counts) {
  const { killed, timedOut, survived, untested } = counts;
  const percent = (scoreOf(counts) * 100).toFixed(1);
  const all = killed + timedOut + survived + untested;
  return `${folder}: ${killed + timedOut} of ${all} mutants found, ${percent} %`;
}
