// The published page: the same text for the same outcomes, nothing of when or how fast.

import { debianVersion } from './peers.ts';
import type { Level, Rule, RuleGroup } from './rule.ts';
import type { Outcome, Report } from './runSuite.ts';

const LEVELS: readonly Level[] = ['must', 'should', 'convention', 'claim'];

const HEAD = `# Conformance of CNI IPAM plugins

This page is written by \`npm run conformance\`; a test holds it to what a run yields.

The suite in [tests/conformance](../tests/conformance) takes any IPAM plugin as a black box: it runs the executable as a container
runtime would, and checks what the [specification of CNI](https://github.com/containernetworking/cni/blob/spec-v1.1.0/SPEC.md)
says, rule by rule. A rule is

- **must** or **should** as the specification has it, with the version and section that say so,
- **convention** where CNI's CONVENTIONS.md or its reference library has it,
- **claim** where only the plugin's own documentation promises it.

**Not claimed** marks a rule about something that the plugin does not say it does, or that came with a version of the specification that
it does not list: that is no fault. Of versions before 0.3.0, whose results have another shape, only version-4 is asked.
`;

const FOOT = `## Over your own plugin

It needs Node 22.18 or later and nothing installed; copy the folder if you like. strace adds the rules of plugins that are killed half-way.

\`\`\`sh
node tests/conformance/main.ts --plugin /opt/cni/bin/my-ipam --config my-ipam.json
\`\`\`

\`my-ipam.json\` may be a network configuration as you give it to a runtime, with its \`ipam\`: then the contract is checked, and
nothing that must be claimed. To claim more, make it an object with the configuration in \`network\`, and in \`claims\` what
[claims.ts](../tests/conformance/claims.ts) names. \`{state}\` stands for a fresh directory, wherever it occurs. \`prepare\` and \`remove\` are
programs with their arguments that run before and after each rule; \`netns\` is the
network namespace to name, if it must exist; \`age\` makes what is held look old, for a GC that spares what is new. Addresses that
are freed must be usable at once: switch a rest time off. Two examples: [hostLocal.json](../tests/conformance/subjects/hostLocal.json) and
[static.json](../tests/conformance/subjects/static.json).

\`--only del,gc\` chooses groups or single rules, \`--json\` prints the outcomes for a program. The exit status is 1 when a **must** is
broken.
`;

/** The whole page. */
export function formatPage(reports: readonly Report[], groups: readonly RuleGroup[]): string {
  const sections = groups.map((group) => formatGroup(group, reports));
  return [HEAD, formatSummary(reports, groups), ...sections, FOOT].join('\n');
}

function formatSummary(reports: readonly Report[], groups: readonly RuleGroup[]): string {
  const rules = groups.flatMap((group) => group.rules);
  const rows = reports.map((report) => {
    const cells = LEVELS.map((level) => {
      const outcomes = rules.filter((rule) => rule.level === level).map(outcomeIn(report));
      const kept = outcomes.filter(({ kind }) => kind === 'kept').length;
      const claimed = outcomes.filter(({ kind }) => kind !== 'not claimed').length;
      return `${kept} of ${claimed}`;
    });
    const { name, plugin } = report.subject;
    const version = debianVersion(plugin) ?? 'this tree';
    return `| ${[`\`${name}\``, version, report.listed.join(' '), ...cells].join(' | ')} |`;
  });
  const head = ['plugin', 'from', 'lists', ...LEVELS.map((level) => `${level} kept`)];
  const notes = reports.flatMap(({ subject: { name, notes: text, documentation } }) => {
    const claims = documentation === undefined ? [] : [`claims: ${documentation}`];
    return `- \`${name}\`: ${[...(text === undefined ? [] : [text]), ...claims].join('; ')}`;
  });
  return `${table(head, rows)}\n${notes.join('\n')}\n`;
}

function formatGroup({ title, rules }: RuleGroup, reports: readonly Report[]): string {
  const rows = rules.map((rule) => {
    const cells = reports.map((report) => WORDS[outcomeIn(report)(rule).kind]);
    return `| ${[rule.id, rule.says, rule.level, rule.source, ...cells].join(' | ')} |`;
  });
  const names = reports.map(({ subject }) => `\`${subject.name}\``);
  const body = table(['rule', '', 'level', 'source', ...names], rows);
  const notes = rules.flatMap((rule) => reports.flatMap((report) => noteOf(rule, report)));
  return `## ${title}\n\n${body}${notes.length > 0 ? `\n${notes.join('\n')}\n` : ''}`;
}

const WORDS: Readonly<Record<Outcome['kind'], string>> = {
  kept: 'kept',
  broken: '**broken**',
  'not claimed': 'not claimed',
};

function noteOf(rule: Rule, report: Report): readonly string[] {
  const outcome = outcomeIn(report)(rule);
  if (outcome.kind !== 'broken') return [];
  const reason = outcome.reason.replaceAll('`', "'");
  return [`- ${rule.id}, \`${report.subject.name}\`: \`${reason}\``];
}

function outcomeIn({ outcomes, subject }: Report): (rule: Rule) => Outcome {
  return ({ id }) => {
    const outcome = outcomes.get(id);
    if (outcome === undefined) throw new Error(`${subject.name} was not run over ${id}`);
    return outcome;
  };
}

function table(head: readonly string[], rows: readonly string[]): string {
  const line = `|${' --- |'.repeat(head.length)}`;
  return `${[`| ${head.join(' | ')} |`, line, ...rows].join('\n')}\n`;
}
