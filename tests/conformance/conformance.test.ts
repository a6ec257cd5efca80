// Ours keeps every rule, and the published page says of all plugins what a run yields.

import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { requires } from '../support/requires.ts';
import { run } from '../support/run.ts';
import { formatPage } from './page.ts';
import { subjects } from './peers.ts';
import { ruleGroups } from './rules/index.ts';
import { type Report, runSuite } from './runSuite.ts';
import { hedgerow } from './subjects/hedgerow.ts';

const peers = subjects.filter((subject) => subject !== hedgerow);
const tools = ['strace', 'dpkg-query'];
const reports = new Map<string, Promise<Report>>();

/** One run of each plugin serves all tests. */
function reportOf(subject: (typeof subjects)[number]): Promise<Report> {
  const report = reports.get(subject.name) ?? runSuite(subject, ruleGroups);
  reports.set(subject.name, report);
  return report;
}

describe.skipIf(requires({ binaries: [hedgerow.plugin, ...tools] }))('our plugin', () => {
  test('keeps every rule, and claims every feature that a rule is about', async () => {
    const { outcomes } = await reportOf(hedgerow);
    const others = [...outcomes].filter(([, { kind }]) => kind !== 'kept');
    expect(Object.fromEntries(others)).toEqual({});
  });
});

const needed = [hedgerow.plugin, ...peers.map(({ name }) => name), ...tools];
describe.skipIf(requires({ binaries: needed }))('the published page', () => {
  test('says what a run yields; `npm run conformance` writes it anew', async () => {
    const written: Report[] = [];
    for (const subject of subjects) written.push(await reportOf(subject));
    const page = new URL('../../docs/CONFORMANCE.md', import.meta.url);
    expect(formatPage(written, ruleGroups)).toBe(readFileSync(page, 'utf8'));
  });
});

describe('the command line', () => {
  const main = fileURLToPath(new URL('main.ts', import.meta.url));
  const suite = (...args: readonly string[]): ReturnType<typeof run> =>
    run(process.execPath, ['--disable-warning=ExperimentalWarning', main, ...args]);
  const config = fileURLToPath(new URL('subjects/static.json', import.meta.url));

  test.each([
    [['--plugin', '/bin/false'], '--config is missing'],
    [['--config', config], '--plugin is missing'],
    [['--plugin', '/bin/false', '--config', '/nonexistent'], 'ENOENT'],
    [['--plugin', '/bin/false', '--config', config, '--only', 'nope'], 'no such rule'],
    [['--colour'], '--colour'],
  ])('%j is wrong usage', async (args, why) => {
    const { code, stderr } = await suite(...args);
    expect(code).toBe(2);
    expect(stderr).toContain(why);
  });

  test('prints a table, and fails when a must is broken', async () => {
    const words = ['--plugin', '/bin/false', '--config', config, '--only', 'version-1,gc'];
    const { code, stdout } = await suite(...words);
    expect(code).toBe(1);
    expect(stdout).toContain('VERSION lists the versions that are supported');
    expect(stdout).toContain('0 kept, 1 broken, 10 not claimed');
    const json = JSON.parse((await suite(...words, '--json')).stdout);
    expect(json.rules['version-1']).toMatchObject({ kind: 'broken' });
  });

  test('--help says how', async () => {
    const { code, stdout } = await suite('--help');
    expect(code).toBe(0);
    expect(stdout).toContain('--plugin PATH');
  });
});
