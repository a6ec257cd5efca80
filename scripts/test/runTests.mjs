// Builds, runs vitest, and ends on one line of counts.

import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from '../build/build.mjs';
import { root } from '../setup/paths.mjs';
import { loud } from '../setup/progress.mjs';
import { closingLine, countTests } from './closingLine.mjs';

/** Runs all tests, or those that `args` choose as vitest has it. Returns the exit code. */
export async function runTests(tools, args) {
  try {
    await build(tools);
  } catch (error) {
    process.stderr.write(`${error.message}\nThe build failed, so no test ran.\n`);
    return finish(undefined, 1);
  }
  return runVitest(tools, args);
}

async function runVitest(tools, args) {
  const directory = mkdtempSync(join(tmpdir(), 'hedgerow-test-report-'));
  const file = join(directory, 'report.json');
  try {
    const reporters = ['--reporter=default', '--reporter=json', `--outputFile.json=${file}`];
    const options = { cwd: root, env: tools.env };
    const code = await loud('vitest', ['run', ...reporters, ...args], options);
    return finish(readReport(file), code);
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function finish(report, code) {
  const counts = countTests(report, code);
  process.stdout.write(`${closingLine(counts)}\n`);
  return code === 0 && counts.failed > 0 ? 1 : code;
}

function readReport(file) {
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
