// A report as text for a terminal.

import type { RuleGroup } from './rule.ts';
import type { Outcome, Report } from './runSuite.ts';

/** All rules with what came of them, by group, and the counts at the end. */
export function formatTable({ subject, outcomes }: Report, groups: readonly RuleGroup[]): string {
  const lines = groups.flatMap(({ title, rules }) => {
    const chosen = rules.filter(({ id }) => outcomes.has(id));
    const rows = chosen.flatMap(({ id, level, says }) => {
      const outcome = outcomes.get(id) ?? { kind: 'kept' };
      const row = `  ${outcome.kind.padEnd(11)}  ${id.padEnd(15)}  ${level.padEnd(10)}  ${says}`;
      return [row, ...why(outcome).map((text) => `${' '.repeat(44)}${text}`)];
    });
    return chosen.length === 0 ? [] : ['', title, ...rows];
  });
  return `${subject.name}\n${lines.join('\n')}\n\n${formatCounts([...outcomes.values()])}\n`;
}

function why(outcome: Outcome): readonly string[] {
  if (outcome.kind === 'broken') return [`^ ${outcome.reason}`];
  return outcome.kind === 'not claimed' ? [`^ needs ${outcome.need}`] : [];
}

export function formatCounts(outcomes: readonly Outcome[]): string {
  const count = (kind: Outcome['kind']): number =>
    outcomes.filter((outcome) => outcome.kind === kind).length;
  return `${count('kept')} kept, ${count('broken')} broken, ${count('not claimed')} not claimed`;
}
