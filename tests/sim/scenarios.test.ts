// Every scenario shows what it showed when somebody last read it. `UPDATE_SCENARIOS=1` writes anew.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { playScenario } from './scenarios/play.ts';

const folder = join(dirname(fileURLToPath(import.meta.url)), 'scenarios');
const files = readdirSync(folder).filter((name) => name.endsWith('.txt'));

describe('scenarios', () => {
  it.each(files)('%s', (name) => {
    const path = join(folder, name);
    const text = readFileSync(path, 'utf8');
    const played = playScenario(text);
    if (process.env['UPDATE_SCENARIOS'] !== undefined) writeFileSync(path, played);
    else expect(played).toBe(text);
  });
});
