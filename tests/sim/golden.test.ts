// The history of these runs is fixed. A change of code that changes none of them changes no behaviour that they show;
// one that means to change it records them anew: node -C hedgerow-source tests/sim/golden/record.ts
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { type Golden, goldenRuns, play } from './golden/runs.ts';

const path = new URL('golden/golden.json', import.meta.url);
const recorded = JSON.parse(readFileSync(path, 'utf8')) as readonly Golden[];

describe('the history of a run is what it was', () => {
  it('for as many runs as are recorded', () => {
    expect(recorded.map(({ kind, seed }) => ({ kind, seed }))).toEqual(goldenRuns);
  });

  it.each(recorded)('$kind $seed', { timeout: 240_000 }, (golden) => {
    expect(play(golden)).toEqual(golden);
  });
});
