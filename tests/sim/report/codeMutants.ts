// The part of docs/SIMULATION.md about mutants of core's code, out of what `pnpm mutants` counted.

/** What became of the mutants of one folder of core. */
export interface FolderScore {
  /** Day, `YYYY-MM-DD`. */
  readonly measured: string;
  readonly killed: number;
  readonly timedOut: number;
  readonly survived: number;
  /** No test reaches them. */
  readonly untested: number;
  readonly ignored: number;
  /** With them the tests could not be loaded. */
  readonly invalid: number;
}

/** By folder, as docs/simulation/mutationScore.json has it. */
export type CodeScore = Readonly<Record<string, FolderScore>>;

const TITLE = '## Mutants of the code';

/** The section, title and all, without a line break at its end. */
export function codeMutantsSection(score: CodeScore): string {
  const rows = Object.entries(score).map(([folder, each]) => {
    const { killed, timedOut, survived, untested, ignored, invalid, measured } = each;
    const found = killed + timedOut;
    const percent = ((100 * found) / (found + survived + untested)).toFixed(1);
    return `| \`${folder}/\` | ${killed} | ${timedOut} | ${survived} | ${untested} | **${percent} %** | ${ignored} | ${invalid} | ${measured} |`;
  });
  return [
    TITLE,
    '',
    '`pnpm mutants` changes core in small ways, one at a time (Stryker), and runs the tests that lie beside the code:',
    'found are those that a test fails with or that never end. What the messages of refusals and errors say is',
    'left alone and counted as ignored, because programs read the code and people the message. Invalid are mutants with which the',
    'tests cannot be loaded; neither is part of the share.',
    '',
    '| folder | failed | never ended | survived | not reached | found | ignored | invalid | measured |',
    '| --- | --- | --- | --- | --- | --- | --- | --- | --- |',
    ...rows,
  ].join('\n');
}

/** The page with this section in place of the one that it has, or at its end. */
export function withCodeMutants(page: string, score: CodeScore): string {
  const start = page.indexOf(`${TITLE}\n`);
  const section = `${codeMutantsSection(score)}\n`;
  if (start < 0) return `${page.trimEnd()}\n\n${section}`;
  const after = page.indexOf('\n## ', start);
  return page.slice(0, start) + section + (after < 0 ? '' : page.slice(after));
}
