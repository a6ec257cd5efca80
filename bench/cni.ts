// hedgerow-ipam beside Debian's host-local, on one machine in one run, calls interleaved:
//   npm run bench -- --only cni [--runs 200 --held 0,1000,10000 --write]
// Both keep their files on the same file system. Times are from fork to the reaped exit, the same for both.

import { execFileSync, spawn } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { bundleFor } from '../scripts/plugin/bundle.mjs';
import { compile } from '../scripts/plugin/compile.mjs';
import { findQuickJs } from '../scripts/plugin/quickjs.mjs';
import { makeRunDirectory } from '../tests/cni/runDirectory.ts';
import { fillHostLocal, openRun } from './fill.ts';
import { circumstances, createSection, machine } from './page.ts';

const ours = fileURLToPath(new URL('../dist/bin/hedgerow-ipam', import.meta.url));
const theirs = '/usr/lib/cni/host-local';
const burst = 100;
const bursts = 7;

/** Index of the program, verb, container id. */
type Call = readonly [number, string, string];
/** Path, and file for standard input. */
type Program = readonly [string, string];

interface Round {
  readonly ms: number;
  readonly statuses: readonly number[];
}

const { values: options } = parseArgs({
  options: {
    runs: { type: 'string', default: '200' },
    held: { type: 'string', default: '0,1000,10000' },
    write: { type: 'boolean', default: false },
  },
});
const runs = Number(options.runs);
const section = createSection('The CNI plugin beside host-local');
const { print } = section;

const base = mkdtempSync(join(existsSync('/dev/shm') ? '/dev/shm' : tmpdir(), 'hedgerow-bench-'));
try {
  await main();
} finally {
  rmSync(base, { recursive: true });
}

async function main(): Promise<void> {
  if (!existsSync(theirs))
    throw new Error(`${theirs} is missing: install containernetworking-plugins`);
  const spawner = join(base, 'spawner');
  const bundle = join(base, 'spawner.js');
  await bundleFor('quickjs', fileURLToPath(new URL('spawner/entry.ts', import.meta.url)), bundle);
  await compile(await findQuickJs(), bundle, spawner);
  describeRun();
  await startUp(spawner);
  const sizes = options.held.split(',').map(Number);
  const lines = sizes.flatMap((held) => measure(spawner, held));
  print('| addresses held | call | hedgerow-ipam | host-local | ratio |');
  print('| ---: | --- | ---: | ---: | ---: |');
  for (const line of lines) print(line);
  print(
    '\nAbove, each call follows one of host-local, which has just been through all its files. hedgerow-ipam alone, calls on',
  );
  print('nodes with so many addresses alternating:\n');
  print('| addresses held | ADD | DEL |');
  print('| ---: | ---: | ---: |');
  for (const line of flatness(spawner, sizes)) print(line);
  const kilobytes = Math.round(statSync(ours).size / 1000);
  print(`\nThe executable has ${kilobytes} kB; an ADD has ${await peakKb()} kB resident at most.`);
  if (options.write) section.write();
}

function describeRun(): void {
  print(
    `Times are milliseconds from \`fork\` to the reaped exit, the same for both, both with their files on the same file system:
medians of ${runs} calls one after the other, and of ${bursts} bursts of ${burst} calls at once. Calls of the two alternate.
`,
  );
  print(`Machine: ${machine(base)};`);
  const version = execFileSync('dpkg-query', ['-W', 'containernetworking-plugins'], {
    encoding: 'utf8',
  });
  print(`host-local of ${version.trim().replace('\t', ' ')}; ${circumstances()}.\n`);
}

/** What starting costs alone: a program that does nothing, and VERSION. */
async function startUp(spawner: string): Promise<void> {
  const input = file('version.json', { cniVersion: '1.0.0' });
  const programs = ['/bin/true', ours, theirs].map((path): Program => [path, input]);
  const rounds = times(runs).flatMap(() => programs.map((_, at): Call[] => [[at, 'VERSION', 'c']]));
  const results = play(spawner, programs, rounds);
  const [nothing, our, their] = programs.map((_, at) =>
    median(results, (index) => index % 3 === at),
  );
  print(
    `Start-up alone: /bin/true ${nothing}, hedgerow-ipam VERSION ${our}, host-local VERSION ${their}.\n`,
  );
}

function measure(spawner: string, held: number): readonly string[] {
  const run = openRun(base, held, 3 * burst);
  const data = join(base, `host-local-${held}`);
  fillHostLocal(data, held);
  const ipam = { type: 'hedgerow-ipam', runDir: run.root, waitMs: 0 };
  const hostLocal = { type: 'host-local', dataDir: data, ranges: [[{ subnet: '10.244.0.0/16' }]] };
  const config = { cniVersion: '1.0.0', name: 'pods' };
  const programs: readonly Program[] = [
    [ours, file(`ours-${held}.json`, { ...config, ipam })],
    [theirs, file(`theirs-${held}.json`, { ...config, ipam: hostLocal })],
  ];
  const single = ['ADD', 'DEL'].flatMap((verb) => [0, 1].map((at) => [at, verb] as const));
  const mixed = play(
    spawner,
    programs,
    times(runs).flatMap((run) => single.map(([at, verb]): Call[] => [[at, verb, `c${run}`]])),
  );
  const ids = times(burst).map((at) => `b${at}`);
  const together = play(
    spawner,
    programs,
    times(bursts).flatMap(() => single.map(([at, verb]) => ids.map((id): Call => [at, verb, id]))),
  );
  run.remove();
  const line = (name: string, results: readonly Round[], at: number): string => {
    const our = median(results, (index) => index % 4 === at);
    const their = median(results, (index) => index % 4 === at + 1);
    return `| ${held} | ${name} | ${our} | ${their} | ${(our / their).toFixed(2)} |`;
  };
  return [
    line('ADD', mixed, 0),
    line('DEL', mixed, 2),
    line(`${burst} ADD at once`, together, 0),
    line(`${burst} DEL at once`, together, 2),
  ];
}

/** What the number of held addresses costs: the load of the machine is the same for all of them. */
function flatness(spawner: string, sizes: readonly number[]): readonly string[] {
  const opened = sizes.map((held) => openRun(base, held, burst));
  const programs = opened.map(({ root }, at): Program => {
    const ipam = { type: 'hedgerow-ipam', runDir: root, waitMs: 0 };
    return [ours, file(`alone-${at}.json`, { cniVersion: '1.0.0', name: 'pods', ipam })];
  });
  const verbs = ['ADD', 'DEL'] as const;
  const calls = verbs.flatMap((verb) => sizes.map((_, at): Call[] => [[at, verb, 'c']]));
  const results = play(
    spawner,
    programs,
    times(runs).flatMap(() => calls),
  );
  for (const run of opened) run.remove();
  return sizes.map((held, size) => {
    const [add, del] = verbs.map((_, verb) =>
      median(results, (index) => index % calls.length === verb * sizes.length + size),
    );
    return `| ${held} | ${add} | ${del} |`;
  });
}

/** Runs all rounds and makes sure that every call succeeded. */
function play(
  spawner: string,
  programs: readonly Program[],
  rounds: readonly (readonly Call[])[],
): readonly Round[] {
  const plan = file('plan.json', { programs, rounds });
  // The spawner's fork closes all file descriptors there may be, one by one: keep them few.
  const command = `ulimit -n 128 && PLAN='${plan}' exec '${spawner}'`;
  const out = execFileSync('/bin/sh', ['-c', command], { encoding: 'utf8', maxBuffer: 1 << 28 });
  const results: readonly Round[] = JSON.parse(out);
  for (const [at, { statuses }] of results.entries()) {
    const failed = statuses.findIndex((status) => status !== 0);
    if (failed >= 0) throw new Error(`failed: ${JSON.stringify(rounds[at]?.[failed])}`);
  }
  return results;
}

function median(results: readonly Round[], chosen: (index: number) => boolean): number {
  const sorted = results.filter((_, index) => chosen(index)).map(({ ms }) => ms);
  sorted.sort((a, b) => a - b);
  return Number((sorted[sorted.length >> 1] ?? Number.NaN).toFixed(2));
}

/** Peak resident memory of an ADD, read while it waits for a block that does not come. */
async function peakKb(): Promise<number> {
  const run = makeRunDirectory(
    [{ name: 'default', prefix: '10.244.0.0/16', blockLength: 26, blocks: [] }],
    { base },
  );
  const ipam = { runDir: run.root, waitMs: 1500 };
  const env = { CNI_COMMAND: 'ADD', CNI_CONTAINERID: 'c', CNI_IFNAME: 'eth0', CNI_NETNS: '/x' };
  const child = spawn(ours, [], { env, stdio: ['pipe', 'ignore', 'ignore'] });
  const ended = new Promise((resolve) => child.on('close', resolve));
  child.stdin.end(JSON.stringify({ cniVersion: '1.0.0', name: 'pods', ipam }));
  await new Promise((resolve) => setTimeout(resolve, 700));
  const status = readFileSync(`/proc/${child.pid}/status`, 'utf8');
  await ended;
  run.remove();
  return Number(/VmHWM:\s*(\d+)/.exec(status)?.[1]);
}

function file(name: string, content: unknown): string {
  const path = join(base, name);
  writeFileSync(path, JSON.stringify(content));
  return path;
}

function times(count: number): readonly number[] {
  return Array.from({ length: count }, (_, at) => at);
}
