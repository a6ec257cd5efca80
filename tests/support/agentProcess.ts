// Agents as real processes, and the questions that tests ask them.

import { type ChildProcess, spawn } from 'node:child_process';
import { createWriteStream, readFileSync } from 'node:fs';
import { request } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

/** What starts a program: itself, or `ip netns exec NAME` before it. */
export type Prefix = readonly string[];

/** Where an agent keeps its things. */
export interface AgentPlace {
  readonly name: string;
  readonly stateDir: string;
  readonly runDir: string;
  readonly logFile: string;
  /** Prepended to the command: enters a network namespace. */
  readonly prefix?: Prefix;
}

/** The parts of `status --json` that tests look at. */
export interface AgentStatus {
  readonly member: string;
  readonly state: string;
  readonly pools: readonly {
    readonly name: string;
    readonly prefix: string;
    readonly holdings: readonly {
      readonly prefix: string;
      readonly version: number;
      readonly use: string;
      readonly used: number;
      readonly size: number;
    }[];
    readonly free: { readonly committed: number; readonly reserve: number };
  }[];
  readonly guardians: {
    readonly epoch: number;
    readonly members: readonly string[];
    readonly quorum: number;
    readonly reachable: number;
  };
  readonly peers: readonly {
    readonly member: string;
    readonly name: string;
    readonly connected: boolean;
    readonly gone?: boolean;
  }[];
  readonly waiting: readonly { readonly code: string; readonly message: string }[];
  readonly alarms: readonly { readonly code: string; readonly message: string }[];
}

/** The parts of `map --json` that tests look at. */
export interface AgentMap {
  readonly pools: readonly {
    readonly pieces: readonly {
      readonly prefix: string;
      readonly version: number;
      readonly owner: string;
      readonly disputed: boolean;
    }[];
  }[];
}

/** A running agent. */
export interface AgentProcess {
  readonly place: AgentPlace;
  readonly pid: number;
  /** Answers of the local API; rejects while nothing answers. */
  ask<T>(path: string, body?: unknown): Promise<T>;
  status(): Promise<AgentStatus>;
  map(): Promise<AgentMap>;
  /** Resolves when the node is ready; rejects when the agent ended or `timeoutMs` passed. */
  untilReady(timeoutMs?: number): Promise<AgentStatus>;
  /** SIGTERM, and SIGKILL when that did not do within 10 s. Idempotent. */
  stop(): Promise<void>;
  /** SIGKILL. Idempotent. */
  kill(): Promise<void>;
  /** Its exit code once it has ended; null when a signal ended it. */
  readonly ended: Promise<number | null>;
}

/** Starts `<program> agent` with these options beside state and run directory. */
export function startAgent(
  program: string,
  place: AgentPlace,
  args: readonly string[] = [],
): AgentProcess {
  const own = ['agent', '--state', place.stateDir, '--run', place.runDir, '--name', place.name];
  const [command = program, ...rest] = [...(place.prefix ?? []), program, ...own, ...args];
  const child = spawn(command, rest, { stdio: ['ignore', 'ignore', 'pipe'] });
  child.stderr.pipe(createWriteStream(place.logFile, { flags: 'a' }));
  let failure: Error | undefined;
  child.on('error', (error) => {
    failure = error;
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const ask = <T>(path: string, body?: unknown): Promise<T> => askSocket(place, path, body);
  const status = (): Promise<AgentStatus> => ask('/v1/status');
  return {
    place,
    pid: child.pid ?? 0,
    ask,
    status,
    map: () => ask('/v1/map'),
    async untilReady(timeoutMs = 60_000) {
      const deadline = performance.now() + timeoutMs;
      for (;;) {
        if (failure !== undefined || hasEnded(child)) throw new Error(obituary(place, failure));
        const found = await status().catch(() => undefined);
        if (found?.state === 'ready') return found;
        if (performance.now() > deadline) throw new Error(lateness(place, found));
        await sleep(20);
      }
    },
    stop: () => end(child, ended, 'SIGTERM'),
    kill: () => end(child, ended, 'SIGKILL'),
    ended,
  };
}

function hasEnded(child: ChildProcess): boolean {
  return child.exitCode !== null || child.signalCode !== null;
}

async function end(
  child: ChildProcess,
  ended: Promise<unknown>,
  signal: 'SIGTERM' | 'SIGKILL',
): Promise<void> {
  if (child.pid === undefined || hasEnded(child)) return;
  child.kill(signal);
  const timer = setTimeout(() => child.kill('SIGKILL'), 10_000);
  await ended;
  clearTimeout(timer);
}

function obituary(place: AgentPlace, failure: Error | undefined): string {
  return `agent ${place.name} ended: ${failure?.message ?? ''}\n${logOf(place)}`;
}

function lateness(place: AgentPlace, found: AgentStatus | undefined): string {
  const why = JSON.stringify(found?.waiting ?? 'it does not answer');
  return `agent ${place.name} is not ready: ${found?.state} ${why}\n${logOf(place)}`;
}

/** The end of what the agent logged. */
export function logOf(place: AgentPlace): string {
  try {
    return readFileSync(place.logFile, 'utf8').slice(-4000);
  } catch {
    return '(no log)';
  }
}

function askSocket<T>({ runDir }: AgentPlace, path: string, body: unknown): Promise<T> {
  return new Promise((resolve, reject) => {
    const method = body === undefined ? 'GET' : 'POST';
    const headers = { 'content-type': 'application/json' };
    const options = { socketPath: `${runDir}/api.sock`, path, method, headers, timeout: 10_000 };
    const call = request(options, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => {
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(text));
      });
    });
    call.on('timeout', () => call.destroy(new Error('no answer')));
    call.on('error', reject);
    call.end(body === undefined ? undefined : JSON.stringify(body));
  });
}
