// docs/SIMULATION.md out of what was measured. No number here is written by hand.
import { faultNames, faultTable, isSpecial } from '@hedgerow/core/testing';
import { type CodeScore, codeMutantsSection } from './codeMutants.ts';
import type { Convergence } from './convergence.ts';
import type { Swarm } from './measure.ts';
import { conditionNames, timeText } from './picture.ts';
import { type MutantResult, mutantsSection } from './protocolMutants.ts';
import type { Speed, StepCost } from './speed.ts';
import { table } from './table.ts';

/** Everything that goes into the page. */
export interface Measured {
  readonly swarm: Swarm;
  readonly speeds: readonly Speed[];
  readonly costs: readonly StepCost[];
  readonly convergence: readonly Convergence[];
  readonly mutants: readonly MutantResult[];
  readonly codeMutants: CodeScore;
}

/** The page. */
export function pageOf(measured: Measured): string {
  const { swarm, mutants, codeMutants } = measured;
  return [
    '# The simulated cluster',
    '',
    'Written by `pnpm sim:report`; every number is measured. How to run it: [CONTRIBUTING](../CONTRIBUTING.md). What the',
    'numbers S1 to L4 mean: [PROTOCOL](PROTOCOL.md#invariants).',
    '',
    ...runSection(swarm),
    ...speedSection(measured),
    ...faultSection(swarm),
    mutantsSection(mutants),
    '',
    codeMutantsSection(codeMutants),
    '',
    ...crashSection(swarm),
    ...convergenceSection(measured),
  ].join('\n');
}

function runSection(swarm: Swarm): readonly string[] {
  const faults = [...swarm.coverage.faults.values()].reduce((sum, count) => sum + count, 0);
  return [
    '## What was run',
    '',
    `- ${swarm.seeds} seeds, ${swarm.small} of them of the small mix; ${swarm.steps} steps, ${Math.round(swarm.simulatedHours)} simulated cluster hours (${(swarm.simulatedHours / 8_766).toFixed(2)} years).`,
    `- ${faults} things done to clusters; ${swarm.equivocations} injected equivocations.`,
    '- The small mix: three to eight machines, in half of the seeds in three zones, and pools of 8 to 32 blocks, of which',
    '  machines leave with containers on them, are forgotten while they live and restart over what their run directory has,',
    '  die beyond what guardians survive and are given up by a census, come back, and lie about all of it.',
    ...brokenLines(swarm),
    ...limitLines(swarm),
    '',
  ];
}

function faultSection({ coverage }: Swarm): readonly string[] {
  return [
    '## Faults by kind',
    '',
    table(
      ['fault', 'struck', 'unit', 'most', 'what it is'],
      faultNames.map((name) => {
        const { unit, most, says } = faultTable[name];
        const note = isSpecial(name) ? ' (only where asked for)' : '';
        return [name, `${coverage.faults.get(name) ?? 0}`, unit, `${most}`, says + note];
      }),
    ),
    '',
  ];
}

/** The page with another run in place of the one that it has; everything else stays as it was measured. */
export function withSwarm(page: string, swarm: Swarm): string {
  const sections = [runSection(swarm), faultSection(swarm), crashSection(swarm)];
  return sections.reduce((text, lines) => {
    const start = text.indexOf(`${lines[0]}\n`);
    if (start < 0) throw new Error(`the page has no section ${lines[0]}`);
    const after = text.indexOf('\n## ', start);
    return text.slice(0, start) + lines.join('\n') + text.slice(after);
  }, page);
}

/** What broke, and which of it does in the present code. */
function brokenLines({ violations }: Swarm): readonly string[] {
  const present = violations.filter(({ isMended }) => isMended !== true);
  const mended = violations.length - present.length;
  const before =
    mended === 0
      ? ''
      : `; ${mended} more seeds broke one when they ran, were mended, and keep all now`;
  return [
    `- Broken promises: ${present.length}${before}.`,
    ...violations.map(({ seed, violation: { invariant, message }, isMended }) => {
      const since = isMended === true ? ' (mended)' : '';
      return `  - seed ${seed}${since}: ${invariant}: ${message}`;
    }),
  ];
}

/** What of the promises was off, and how often: limits that PROTOCOL.md names. */
function limitLines({ excused }: Swarm): readonly string[] {
  if (excused.size === 0) return [];
  return [
    '- Documented limits that were met; each excuses what it concerns and nothing else. S1 and S4 stand for two machines',
    '  that ran with one key at a time, and for one that an operator gave up while it lived, until it can know of that:',
    ...[...excused].map(([limit, times]) => `  - ${limit}: ${times} times`),
  ];
}

function speedSection({ speeds, costs }: Measured): readonly string[] {
  return [
    '## Speed',
    '',
    'A step is one input to the reducer of one node, all safety checkers looking at what came of it. Seeds as in the',
    'swarm; processor time of all threads of the process.',
    '',
    table(
      ['nodes', 'seeds', 'steps', 'steps a second'],
      speeds.map(({ nodes, seeds, steps, perSecond }) =>
        [nodes, seeds, steps, perSecond].map((each) => `${each}`),
      ),
    ),
    '',
    'Ten nodes that begin with so many records, under light faults:',
    '',
    table(
      ['records', 'steps', 'microseconds a step'],
      costs.map(({ records, steps, microseconds }) => [
        `${records}`,
        `${steps}`,
        microseconds.toFixed(2),
      ]),
    ),
    '',
  ];
}

function convergenceSection({ convergence }: Measured): readonly string[] {
  return [
    '## Convergence',
    '',
    'Virtual time until all nodes that live and are connected have the same set: from the moment when a record enters the set of',
    'its publisher, or from the end of a partition into halves in which a tenth of the nodes, and two more, asked for a block.',
    'Everybody is connected to everybody here, and a message travels for 0.5 to 2.5 ms: hops of a real gossip mesh are not in',
    'these times. What a loss leaves behind is found by comparing hashes with one peer every half minute or so.',
    '',
    '![convergence time against cluster size](simulation/convergence.svg)',
    '',
    table(
      ['nodes', 'measured', 'records', 'median', 'worst'],
      convergence.map(({ nodes, condition, records, medianMs, worstMs }) => [
        `${nodes}`,
        conditionNames[condition],
        `${records}`,
        timeText(medianMs),
        timeText(worstMs),
      ]),
    ),
    '',
  ];
}

const points = [
  'crash',
  'crashBeforePersist',
  'tornWrite',
  'crashAfterPersist',
  'crashAfterSend',
  'reboot',
  'down',
];
const pointNames: Readonly<Record<string, string>> = {
  crashBeforePersist: 'beforePersist',
  crashAfterPersist: 'afterPersist',
  crashAfterSend: 'afterSend',
};

/** Inputs and messages that can start a write. */
const causes = [
  'ack',
  'announce',
  'gossip',
  'grant',
  'persisted',
  'published',
  'request',
  'start',
  'syncIds',
  'syncUpdate',
  'tick',
  'usage',
  'wanted',
  'withdrawn',
];
/** Why the others have no row. */
const neverWrite = [
  '- hello, refusal, resend, syncHash, syncVector, syncSlice, connected: answered at once, and nothing is stored.',
  '- disconnected, wiped: they stop things, and nothing is stored.',
  '- persistFailed: what was refused is tried again by the next tick, and counts there.',
];

function crashSection({ coverage }: Swarm): readonly string[] {
  const near = faultNames.filter((name) => !isSpecial(name) && !points.includes(name));
  const hit = (cause: string, point: string, fault: string): number =>
    coverage.crashes.get(`${cause}|${pointNames[point] ?? point}|${fault}`) ?? 0;
  const rows = causes.map((cause) => [cause, ...points.map((point) => `${hit(cause, point, '')}`)]);
  const never = causes.flatMap((cause) =>
    points.flatMap((point) => {
      const missing = near.filter((fault) => hit(cause, point, fault) === 0);
      return missing.length === 0 ? [] : [`- ${cause} × ${point}: ${missing.join(', ')}`];
    }),
  );
  return [
    '## Crashes: what the last write was for × crash point × another fault within a minute',
    '',
    table(['write for', ...points], rows),
    '',
    `Triples with another fault: ${causes.length * points.length * near.length}. Never hit:`,
    '',
    ...(never.length > 0 ? never : ['- none']),
    '',
    'Messages and inputs without a row never start a write:',
    '',
    ...neverWrite,
    '',
  ];
}
