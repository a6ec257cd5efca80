// One process of the plugin: exactly these variables, this standard input, and what came of it.

import { spawn } from 'node:child_process';
import { isObject, type JsonObject } from './json.ts';

/** What to run. */
export interface Invocation {
  /** The program and its arguments; the plugin itself, or a tracer before it. */
  readonly command: readonly string[];
  /** The whole environment: nothing is inherited. */
  readonly env: Readonly<Record<string, string>>;
  readonly input: string;
}

/** What a process left behind. */
export interface Answer {
  /** Exit status; undefined when a signal ended it. */
  readonly status: number | undefined;
  readonly signal: string | undefined;
  readonly stdout: string;
  readonly stderr: string;
  /** Standard output when it is one JSON object and nothing else. */
  readonly json: JsonObject | undefined;
}

const PATIENCE_MS = 30_000;

/** Runs it to its end. Rejects when it cannot be started; one that hangs is ended by SIGKILL. */
export function callPlugin({ command, env, input }: Invocation): Promise<Answer> {
  const [program = '', ...args] = command;
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, {
      env: { ...env },
      cwd: '/',
      timeout: PATIENCE_MS,
      killSignal: 'SIGKILL',
    });
    const out: Buffer[] = [];
    const err: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => out.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => err.push(chunk));
    child.stdin.on('error', () => {
      // It ended without reading its input, as it may.
    });
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (status, signal) => {
      const stdout = Buffer.concat(out).toString();
      const stderr = Buffer.concat(err).toString();
      const ended = { status: status ?? undefined, signal: signal ?? undefined };
      resolve({ ...ended, stdout, stderr, json: parseObject(stdout) });
    });
  });
}

function parseObject(text: string): JsonObject | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return isObject(value) ? value : undefined;
  } catch {
    return undefined;
  }
}
