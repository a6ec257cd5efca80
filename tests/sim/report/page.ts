// docs/SIMULATION.md out of what was measured. No number here is written by hand.
import { faultNames, faultTable, isSpecial } from '@hedgerow/core/testing';
import { type CodeScore, codeMutantsSection } from './codeMutants.ts';
import type { Swarm } from './measure.ts';
import { type MutantResult, mutantsSection } from './protocolMutants.ts';
import { table } from './table.ts';

/** Everything that goes into the page. */
export interface Measured {
  readonly swarm: Swarm;
  readonly speeds: readonly { readonly nodes: number; readonly perSecond: number }[];
  readonly convergence: readonly { readonly nodes: number; readonly ms: number }[];
  readonly mutants: readonly MutantResult[];
  readonly codeMutants: CodeScore;
}

/** The page. */
export function pageOf(measured: Measured): string {
  const { swarm, speeds, convergence, mutants, codeMutants } = measured;
  const faults = [...swarm.coverage.faults.values()].reduce((sum, count) => sum + count, 0);
  return [
    '# The simulated cluster',
    '',
    'Written by `pnpm sim:report`; every number is measured. How to run it: [CONTRIBUTING](../CONTRIBUTING.md). What the',
    'numbers S1 to L4 mean: [PROTOCOL](PROTOCOL.md#invariants).',
    '',
    '## What was run',
    '',
    `- ${swarm.seeds} seeds, ${swarm.steps} steps, ${Math.round(swarm.simulatedHours)} simulated cluster hours (${(swarm.simulatedHours / 8_766).toFixed(2)} years).`,
    `- ${faults} things done to clusters; ${swarm.equivocations} injected equivocations.`,
    `- Broken promises: ${swarm.violations.length}.`,
    ...swarm.violations.map(
      ({ seed, violation }) => `  - seed ${seed}: ${violation.invariant}: ${violation.message}`,
    ),
    ...speeds.map(
      ({ nodes, perSecond }) =>
        `- ${nodes} nodes: ${perSecond} steps a second of processor time, all checkers on.`,
    ),
    '',
    '## Faults by kind',
    '',
    table(
      ['fault', 'struck', 'unit', 'most', 'what it is'],
      faultNames.map((name) => {
        const { unit, most, says } = faultTable[name];
        const note = isSpecial(name) ? ' (only where asked for)' : '';
        return [name, `${swarm.coverage.faults.get(name) ?? 0}`, unit, `${most}`, says + note];
      }),
    ),
    '',
    mutantsSection(mutants),
    '',
    codeMutantsSection(codeMutants),
    '',
    ...crashSection(swarm),
    '## Convergence',
    '',
    'Time from the end of a partition into halves, during which every node was busy, until all sets are equal.',
    '',
    '![convergence time against cluster size](simulation/convergence.svg)',
    '',
    table(
      ['nodes', 'virtual ms'],
      convergence.map(({ nodes, ms }) => [`${nodes}`, ms.toFixed(0)]),
    ),
    '',
  ].join('\n');
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

/** Convergence time against cluster size, as a picture. */
export function pictureOf(points: Measured['convergence']): string {
  const most = Math.max(1, ...points.map(({ ms }) => ms));
  const width = 480 / Math.max(1, points.length);
  const bars = points.map(({ nodes, ms }, at) => {
    const height = (ms / most) * 200;
    const x = 40 + at * width;
    return `<rect x="${x}" y="${230 - height}" width="${width * 0.7}" height="${height}" fill="#2a7f62"/><text x="${x}" y="248">${nodes}</text><text x="${x}" y="${224 - height}">${(ms / 1_000).toFixed(1)} s</text>`;
  });
  const title = '<title>Time to convergence by number of nodes</title>';
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 540 270" font-family="sans-serif" font-size="12">${title}${bars.join('')}<text x="40" y="266">nodes</text></svg>\n`;
}
