// Writes golden.json anew: only when a change of behaviour is meant, and said in the commit.
import { writeFileSync } from 'node:fs';
import { goldenRuns, play } from './runs.ts';

const lines = goldenRuns.map((run) => `  ${JSON.stringify(play(run))}`);
const path = new URL('golden.json', import.meta.url);
writeFileSync(path, `[\n${lines.join(',\n')}\n]\n`);
process.stdout.write(`${lines.length} runs written\n`);
