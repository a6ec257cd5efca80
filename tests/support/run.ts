// Runs a program to its end, without a shell.

import { spawn } from 'node:child_process';

/** What a program said. */
export interface Ran {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
  /** From start to exit. */
  readonly ms: number;
}

/** How to run it. */
export interface RunOptions {
  readonly input?: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly timeoutMs?: number;
}

/** Resolves with the exit code whatever it is; rejects when the program cannot be started or takes too long. */
export function run(
  command: string,
  args: readonly string[],
  { input = '', env, timeoutMs = 60_000 }: RunOptions = {},
): Promise<Ran> {
  return new Promise((resolve, reject) => {
    const started = performance.now();
    const child = spawn(command, [...args], {
      env: { ...process.env, ...env },
      timeout: timeoutMs,
      killSignal: 'SIGKILL',
    });
    let stdout = '';
    let stderr = '';
    child.stdout.setEncoding('utf8').on('data', (chunk: string) => {
      stdout += chunk;
    });
    child.stderr.setEncoding('utf8').on('data', (chunk: string) => {
      stderr += chunk;
    });
    child.stdin.on('error', () => {
      // it ended without reading its input
    });
    child.stdin.end(input);
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (code === null) reject(new Error(`${command} ${args.join(' ')}: ended by ${signal}`));
      else resolve({ code, stdout, stderr, ms: performance.now() - started });
    });
  });
}

/** Like `run`, but another exit code than 0 rejects with what the program said. */
export async function mustRun(
  command: string,
  args: readonly string[],
  options?: RunOptions,
): Promise<Ran> {
  const ran = await run(command, args, options);
  if (ran.code === 0) return ran;
  const said = (ran.stderr || ran.stdout).trim();
  throw new Error(`${command} ${args.join(' ')}: exit code ${ran.code}\n${said}`);
}
