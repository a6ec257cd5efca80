// Nodes of a test that are made with the built programs: each has its directories, a port of loopback, the
// command line, an agent and the CNI plugin. Everything goes with the test.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type AgentPlace, type AgentProcess, type Prefix, startAgent } from './agentProcess.ts';
import type { Cleanup } from './cleanup.ts';
import { type CniAnswer, callCni } from './cni.ts';
import { freePort } from './freePort.ts';
import { mustRun, type Ran, run } from './run.ts';

const binaries = fileURLToPath(new URL('../../dist/bin', import.meta.url));
/** The agent and command line, as built. */
export const hedgerow: string = join(binaries, 'hedgerow');
/** The plugin, as built. */
export const hedgerowIpam: string = join(binaries, 'hedgerow-ipam');

/** How long an ADD waits for space unless a test says otherwise: longer than a busy machine needs for a grant. */
const patienceMs = 20_000;

/** A directory for one test, removed by `cleanup`. */
export function createHome(cleanup: Cleanup): string {
  const home = mkdtempSync(join(tmpdir(), 'hedgerow-test-'));
  cleanup.add(home, () => rmSync(home, { recursive: true, force: true }));
  return home;
}

/** What an ADD, DEL or CHECK may say beside its container. */
export interface CniWish {
  readonly pool?: string;
  readonly waitMs?: number;
  readonly prevResult?: unknown;
}

/** A node of a test. */
export interface TestNode {
  readonly place: AgentPlace;
  /** Where it listens, a multiaddr. */
  readonly address: string;
  /** Runs `hedgerow` with these words and the node's directories, whatever comes of it. */
  cli(...words: readonly string[]): Promise<Ran>;
  /** Like `cli` with `--json`; rejects when it fails. */
  json<T>(...words: readonly string[]): Promise<T>;
  /** Makes a cluster of these pools; resolves to the join token. */
  init(...pools: readonly string[]): Promise<string>;
  join(token: string): Promise<void>;
  start(...args: readonly string[]): AgentProcess;
  cni(verb: 'ADD' | 'DEL' | 'CHECK', container: string, wish?: CniWish): Promise<CniAnswer>;
}

/**
 * A node below `home` with nothing in its directories. What it does on the network runs behind `prefix`, and
 * it listens at `reachedAt`, by default a free port of loopback.
 */
export async function createNode(
  cleanup: Cleanup,
  home: string,
  name: string,
  prefix: Prefix = [],
  reachedAt?: string,
): Promise<TestNode> {
  const stateDir = join(home, name, 'state');
  const runDir = join(home, name, 'run');
  const place: AgentPlace = { name, stateDir, runDir, logFile: join(home, `${name}.log`), prefix };
  const address = reachedAt ?? `/ip4/127.0.0.1/tcp/${await freePort()}`;
  const where = ['--state', stateDir, '--run', runDir];
  const reached = ['--listen', address, '--advertise', address];
  const cli = (...words: readonly string[]): Promise<Ran> => run(hedgerow, [...words, ...where]);
  return {
    place,
    address,
    cli,
    async json(...words) {
      return JSON.parse((await mustRun(hedgerow, [...words, ...where, '--json'])).stdout);
    },
    async init(...pools) {
      const flags = pools.flatMap((pool) => ['--pool', pool]);
      const made = await mustRun(hedgerow, ['init', ...flags, ...where, ...reached]);
      return made.stdout.trim().split('\n').at(-1) ?? '';
    },
    async join(token) {
      const [command = hedgerow, ...rest] = [...prefix, hedgerow, 'join', token, ...where];
      await mustRun(command, rest);
    },
    start(...args) {
      const agent = startAgent(hedgerow, place, [...reached, ...args]);
      cleanup.add(`agent ${name}`, () => agent.kill());
      return agent;
    },
    cni(verb, containerId, wish = {}) {
      const config = networkOf(runDir, { waitMs: patienceMs, ...wish });
      return callCni({ plugin: hedgerowIpam, verb, containerId, config });
    },
  };
}

/** A network configuration as runtimes hand it to an IPAM plugin. */
export function networkOf(
  runDir: string,
  { pool = 'default', waitMs, prevResult }: CniWish = {},
): Readonly<Record<string, unknown>> {
  const wait = waitMs === undefined ? {} : { waitMs };
  const ipam = { type: 'hedgerow-ipam', pools: [pool], runDir, ...wait };
  const previous = prevResult === undefined ? {} : { prevResult };
  return { cniVersion: '1.0.0', name: 'pods', ipam, ...previous };
}
