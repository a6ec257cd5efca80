// What `pnpm mutants` counts, and where its table goes.
import { expect, it } from 'vitest';
import { countsOf, scoreOf, survivors } from '../../tools/mutants/score.mjs';
import { codeMutantsSection, withCodeMutants } from '../sim/report/codeMutants.ts';

function mutant(status: string, line = 1): object {
  const location = { start: { line, column: 5 }, end: { line, column: 10 } };
  return { status, replacement: 'b\n  < a', location };
}

const file = (...mutants: readonly object[]): object => ({ source: 'if (a < b) {\n}', mutants });
const report = {
  files: {
    'one.ts': file(mutant('Killed'), mutant('Timeout'), mutant('RuntimeError'), mutant('Ignored')),
    'two.ts': file(mutant('NoCoverage'), mutant('Survived'), mutant('Killed')),
  },
};

it('counts what was found among all that could be found', () => {
  const counts = countsOf(report);
  const rest = { survived: 1, untested: 1, ignored: 1, invalid: 1 };
  expect(counts).toEqual({ killed: 2, timedOut: 1, ...rest });
  expect(scoreOf(counts)).toBe(0.6);
});

it('names what was not found, with what was written instead', () => {
  expect(survivors(report)).toEqual([
    'two.ts:1: a < b -> b < a (no test gets there)',
    'two.ts:1: a < b -> b < a',
  ]);
});

it('puts its table in place of the one before, and leaves the page around it alone', () => {
  const score = { estate: { measured: '2026-01-02', ...countsOf(report) } };
  const section = codeMutantsSection(score);
  expect(section).toContain('| `estate/` | 2 | 1 | 1 | 1 | **60.0 %** | 1 | 1 | 2026-01-02 |');
  const page = withCodeMutants('# Page\n\n## One\n', score);
  expect(page).toBe(`# Page\n\n## One\n\n${section}\n`);
  expect(withCodeMutants(`${page}\n## Two\n`, {})).toContain(
    `${codeMutantsSection({})}\n\n## Two\n`,
  );
  expect(withCodeMutants(`${page}\n## Two\n`, score)).toBe(`${page}\n## Two\n`);
});
