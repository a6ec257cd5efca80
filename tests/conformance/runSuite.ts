// Runs all rules over one plugin, each in an environment of its own.

import { existsSync } from 'node:fs';
import { type Bench, createBench } from './bench.ts';
import { Broken } from './broken.ts';
import type { Need } from './claims.ts';
import { isObject } from './json.ts';
import type { Rule, RuleGroup } from './rule.ts';
import { openEnvironment, type Subject } from './subject.ts';

/** What came of a rule. */
export type Outcome =
  | { readonly kind: 'kept' }
  | { readonly kind: 'broken'; readonly reason: string }
  | { readonly kind: 'not claimed'; readonly need: Need };

export interface Report {
  readonly subject: Subject;
  /** What VERSION lists. */
  readonly listed: readonly string[];
  readonly outcomes: ReadonlyMap<string, Outcome>;
}

/** Versions whose results have the shape that the rules know. 0.1.0 and 0.2.0 have another. */
export const testedVersions: readonly string[] = ['0.3.0', '0.3.1', '0.4.0', '1.0.0', '1.1.0'];

/** Runs the rules one after the other. `onOutcome` hears of each. */
export async function runSuite(
  subject: Subject,
  groups: readonly RuleGroup[],
  onOutcome: (rule: Rule, outcome: Outcome) => void = () => undefined,
): Promise<Report> {
  const listed = await listVersions(subject);
  const outcomes = new Map<string, Outcome>();
  for (const rule of groups.flatMap(({ rules }) => rules)) {
    const outcome = await runRule(subject, listed, rule);
    outcomes.set(rule.id, outcome);
    onOutcome(rule, outcome);
  }
  return { subject, listed, outcomes };
}

/** One rule in a fresh environment. */
export async function runRule(
  subject: Subject,
  listed: readonly string[],
  rule: Rule,
): Promise<Outcome> {
  const need = rule.needs?.find((one) => !isClaimed(one, subject, listed));
  if (need !== undefined) return { kind: 'not claimed', need };
  return withBench(subject, listed, async (bench) => {
    try {
      await rule.check(bench);
      return { kind: 'kept' };
    } catch (error) {
      if (!(error instanceof Broken)) throw error;
      return { kind: 'broken', reason: error.message.replaceAll(bench.state, '{state}') };
    }
  });
}

/** The plugin's own list of versions; empty when it has none that can be read. */
export async function listVersions(subject: Subject): Promise<readonly string[]> {
  const { json } = await withBench(subject, [], (bench) => bench.call('VERSION'));
  const listed = isObject(json) ? json['supportedVersions'] : [];
  return Array.isArray(listed) ? listed.filter((one) => typeof one === 'string') : [];
}

async function withBench<T>(
  subject: Subject,
  listed: readonly string[],
  use: (bench: Bench) => Promise<T>,
): Promise<T> {
  const environment = openEnvironment(subject);
  try {
    const known = testedVersions.filter((version) => listed.includes(version));
    // One that lists none is asked for the most common one, and breaks most rules.
    const versions = known.length > 0 ? known : ['1.0.0'];
    return await use(createBench(subject, environment, listed, versions));
  } finally {
    environment.remove();
  }
}

function isClaimed(need: Need, { claims = {} }: Subject, listed: readonly string[]): boolean {
  switch (need) {
    case 'before 1.0.0':
      return ['0.3.0', '0.3.1', '0.4.0'].some((version) => listed.includes(version));
    case '1.0.0':
      return ['1.0.0', '1.1.0'].some((version) => listed.includes(version));
    case 'CHECK':
      return ['0.4.0', '1.0.0', '1.1.0'].some((version) => listed.includes(version));
    case 'strace':
      return existsSync('/usr/bin/strace');
    case 'GC':
    case 'STATUS':
      return listed.includes('1.1.0');
    case 'runtimeConfig.ips':
    case 'args.cni.ips':
    case 'CNI_ARGS':
      return claims.requests?.ways.includes(need) === true;
    default:
      return claims[need] !== undefined;
  }
}
