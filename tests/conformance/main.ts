#!/usr/bin/env node
// The command line of the suite. Uses nothing but Node, unless it writes the page.

import { readFileSync, writeFileSync } from 'node:fs';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import type { RuleGroup } from './rule.ts';
import { ruleGroups } from './rules/index.ts';
import { type Report, runSuite } from './runSuite.ts';
import { readSubject, type Subject } from './subject.ts';
import { formatCounts, formatTable } from './table.ts';

const HELP = `Checks a CNI IPAM plugin against the specification.

  conformance --plugin PATH --config FILE [--only GROUP,RULE...] [--json]
  conformance                   all plugins of docs/CONFORMANCE.md, and writes it

  --plugin PATH   the executable
  --config FILE   a network configuration with "ipam", or an object with "network", "claims",
                  "prepare", "remove" and "age": see docs/CONFORMANCE.md. {state} stands for a
                  fresh directory
  --only LIST     groups ("del") or rules ("del-3"), separated by commas
  --json          the outcomes as JSON

Exit status: 0 no "must" is broken, 1 one is, 2 wrong usage.
`;

class Usage extends Error {}

async function main(): Promise<number> {
  const options = readOptions();
  if (options.help) {
    process.stdout.write(HELP);
    return 0;
  }
  if (options.plugin === undefined && options.config === undefined) return writePage();
  if (options.plugin === undefined) throw new Usage('--plugin is missing');
  if (options.config === undefined) throw new Usage('--config is missing');
  const groups = choose(options.only);
  const report = await runSuite(open(options.plugin, options.config), groups);
  process.stdout.write(options.json ? formatJson(report) : formatTable(report, groups));
  return isSound(report, groups) ? 0 : 1;
}

function readOptions(): {
  readonly help?: boolean;
  readonly plugin?: string;
  readonly config?: string;
  readonly only?: string;
  readonly json?: boolean;
} {
  const text = { type: 'string' } as const;
  const flag = { type: 'boolean' } as const;
  const options = { help: flag, plugin: text, config: text, only: text, json: flag };
  try {
    return parseArgs({ options }).values;
  } catch (error) {
    throw new Usage(messageOf(error));
  }
}

function open(plugin: string, config: string): Subject {
  try {
    return readSubject(readFileSync(config, 'utf8'), resolve(plugin));
  } catch (error) {
    throw new Usage(`${config}: ${messageOf(error)}`);
  }
}

function choose(only: string | undefined): readonly RuleGroup[] {
  if (only === undefined) return ruleGroups;
  const names = only.split(',');
  const isChosen = (id: string): boolean =>
    names.some((name) => id === name || id.replace(/-\d+$/, '') === name);
  const groups = ruleGroups.map(({ title, rules }) => ({
    title,
    rules: rules.filter(({ id }) => isChosen(id)),
  }));
  if (groups.some(({ rules }) => rules.length > 0)) return groups;
  throw new Usage(`--only ${only}: there is no such rule`);
}

function isSound({ outcomes }: Report, groups: readonly RuleGroup[]): boolean {
  const musts = groups.flatMap(({ rules }) => rules).filter(({ level }) => level === 'must');
  return musts.every(({ id }) => outcomes.get(id)?.kind !== 'broken');
}

function formatJson({ subject, listed, outcomes }: Report): string {
  const { name, plugin } = subject;
  return `${JSON.stringify({ name, plugin, listed, rules: Object.fromEntries(outcomes) }, null, 2)}\n`;
}

async function writePage(): Promise<number> {
  const { subjects } = await import('./peers.ts');
  const { formatPage } = await import('./page.ts');
  const reports: Report[] = [];
  for (const subject of subjects) {
    const report = await runSuite(subject, ruleGroups);
    process.stdout.write(`${subject.name}: ${formatCounts([...report.outcomes.values()])}\n`);
    reports.push(report);
  }
  const page = new URL('../../docs/CONFORMANCE.md', import.meta.url);
  writeFileSync(page, formatPage(reports, ruleGroups));
  return 0;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

try {
  process.exitCode = await main();
} catch (error) {
  if (!(error instanceof Usage)) throw error;
  process.stderr.write(`${error.message}\n\n${HELP}`);
  process.exitCode = 2;
}
