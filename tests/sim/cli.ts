// The simulator on the command line: seeds until something breaks, or one of them, or a stored script.
import { readFileSync, writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import {
  type ClusterOptions,
  Coverage,
  checkFaults,
  type Faults,
  mixFaults,
  type Outcome,
  Random,
  type Script,
  shrink,
  simulate,
} from '@hedgerow/core/testing';
import { claimsRunDir } from './claimsRunDir.ts';
import { nightlyRun } from './report/nightlyMix.ts';

const usage = `pnpm sim [--seed N] [--nodes 5] [--hours 1] [--steps N] [--faults JSON] [--for 10m] [--claims] [--night] [--trace]
pnpm sim --replay FILE [--claims] [--night] [--trace]

Runs one seed, or with --for as many as fit, from --seed on. --faults takes rates by name, {"lose":0.1}; without it
each seed draws its own mix. --claims: the real run directory over files in memory, in place of a model. --night: the mix, nodes and
hours of the nightly run's seed. What breaks a promise is shortened and written to a file for --replay.`;

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: '1' },
    nodes: { type: 'string', default: '5' },
    hours: { type: 'string', default: '1' },
    steps: { type: 'string' },
    faults: { type: 'string' },
    for: { type: 'string' },
    replay: { type: 'string' },
    claims: { type: 'boolean', default: false },
    night: { type: 'boolean', default: false },
    trace: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
});

/** What a run of this seed has besides its script. */
function optionsOf(seed: number): ClusterOptions {
  const night = values.night ? nightlyRun(seed).options : {};
  return values.claims ? { ...night, runDir: claimsRunDir } : night;
}

process.exitCode = values.help ? say(usage, 0) : values.replay ? replay(values.replay) : runSeeds();

function say(text: string, code: number): number {
  process.stdout.write(`${text}\n`);
  return code;
}

function replay(path: string): number {
  const { script } = JSON.parse(readFileSync(path, 'utf8')) as { script: Script };
  const outcome = simulate(script, { ...optionsOf(script.seed), isTraced: true });
  const { lines } = outcome.cluster.history;
  say((values.trace ? lines : lines.slice(-60)).join('\n'), 0);
  return verdict(outcome, '');
}

function scriptOf(seed: number): Script {
  if (values.night) return nightlyRun(seed).script;
  const faults: Faults =
    values.faults === undefined
      ? mixFaults(new Random(seed, 9))
      : checkFaults(JSON.parse(values.faults) as Faults);
  const nodes = Number(values.nodes);
  return { seed, nodes, lastsMs: Number(values.hours) * 3_600_000, events: { faults } };
}

function runSeeds(): number {
  const first = Number(values.seed);
  const untilMs = Date.now() + durationOf(values.for);
  const coverage = new Coverage();
  const started = Date.now();
  let steps = 0;
  let simulatedMs = 0;
  let printedMs = started;
  for (let seed = first; ; seed += 1) {
    const maxSteps = values.steps === undefined ? {} : { maxSteps: Number(values.steps) };
    const options = { ...maxSteps, ...optionsOf(seed), isTraced: values.trace };
    const outcome = simulate(scriptOf(seed), options);
    if (values.trace) say(outcome.cluster.history.lines.join('\n'), 0);
    coverage.merge(outcome.cluster.coverage);
    steps += outcome.steps;
    simulatedMs += outcome.simulatedMs;
    if (outcome.violation !== undefined) return broken(outcome, seed);
    const nowMs = Date.now();
    const isLast = nowMs >= untilMs;
    if (!isLast && nowMs - printedMs < 1_000) continue;
    printedMs = nowMs;
    progress(seed, steps, nowMs - started, simulatedMs, coverage);
    if (isLast) return first === seed ? verdict(outcome, commandOf(seed)) : 0;
  }
}

function progress(
  seed: number,
  steps: number,
  tookMs: number,
  simulatedMs: number,
  seen: Coverage,
) {
  const faults = [...seen.faults.values()].reduce((sum, count) => sum + count, 0);
  const rate = Math.round(steps / Math.max(1, tookMs)) * 1_000;
  const hours = (simulatedMs / 3_600_000).toFixed(1);
  say(`seed ${seed}: ${rate} steps/s, ${hours} simulated hours, ${faults} faults, 0 violations`, 0);
}

function verdict({ violation, hash, steps, simulatedMs }: Outcome, command: string): number {
  const hours = (simulatedMs / 3_600_000).toFixed(2);
  say(`${steps} steps, ${hours} simulated hours, hash ${hash}`, 0);
  if (command !== '') say(`again: ${command}`, 0);
  if (violation === undefined) return say('all promises kept', 0);
  return say(
    `${violation.invariant} is broken at ${violation.atMs / 1_000} s: ${violation.message}`,
    1,
  );
}

function broken(outcome: Outcome, seed: number): number {
  verdict(outcome, commandOf(seed));
  const short = shrink(outcome.listed, optionsOf(seed));
  if (short === undefined) return say('the list of what happened does not fail: tell us', 2);
  const path = `hedgerow-sim-${seed}.json`;
  writeFileSync(path, `${JSON.stringify(short, undefined, 1)}\n`);
  return say(
    `shortened to ${short.events} events in ${short.runs} runs: pnpm sim --replay ${path}${flags()}`,
    1,
  );
}

function commandOf(seed: number): string {
  const faults = values.faults === undefined ? '' : ` --faults '${values.faults}'`;
  const steps = values.steps === undefined ? '' : ` --steps ${values.steps}`;
  const size = values.night ? '' : ` --nodes ${values.nodes} --hours ${values.hours}`;
  return `pnpm sim --seed ${seed}${size}${steps}${faults}${flags()}`;
}

function flags(): string {
  return `${values.claims ? ' --claims' : ''}${values.night ? ' --night' : ''}`;
}

function durationOf(text: string | undefined): number {
  if (text === undefined) return 0;
  const [, amount, unit] = /^(\d+)(s|m|h)$/.exec(text) ?? [];
  const size = { s: 1_000, m: 60_000, h: 3_600_000 }[unit ?? ''];
  if (size === undefined) throw new Error(`--for ${text}: write 30s, 10m or 2h`);
  return Number(amount) * size;
}
