// Calls of the built plugin as a container runtime makes them, and under strace, which can kill or stop it at
// a file operation of its choice.

import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

export const plugin: string = fileURLToPath(
  new URL('../../dist/bin/hedgerow-ipam', import.meta.url),
);

/** What a call gave. `status` is null when it was killed. */
export interface Ran {
  readonly status: number | null;
  readonly answer: Readonly<Record<string, unknown>> | undefined;
}

/** One call. */
export interface PluginCall {
  readonly verb: string;
  readonly id: string;
  readonly input: string;
  /** The program that starts the plugin, with its arguments: strace. */
  readonly wrapper?: readonly string[];
  /** The plugin, if not the one for this processor. */
  readonly program?: string;
  /** SIGKILL after this time. */
  readonly killMs?: number;
}

export function envOf(verb: string, id: string): NodeJS.ProcessEnv {
  return { CNI_COMMAND: verb, CNI_CONTAINERID: id, CNI_IFNAME: 'eth0', CNI_NETNS: '/x' };
}

/** Calls and waits for the end. */
export function callSync({ verb, id, input, wrapper = [], program = plugin }: PluginCall): Ran {
  const [file = program, ...args] = [...wrapper, program];
  const ran = spawnSync(file, args, { env: envOf(verb, id), input, encoding: 'utf8' });
  return { status: ran.status, answer: parse(ran.stdout) };
}

/** Calls and gives the process, and its end. */
export function start({ verb, id, input, wrapper = [], killMs }: PluginCall): {
  readonly child: ChildProcess;
  readonly ended: Promise<Ran>;
} {
  const [file = plugin, ...args] = [...wrapper, plugin];
  const child = spawn(file, args, { env: envOf(verb, id), stdio: ['pipe', 'pipe', 'ignore'] });
  let out = '';
  child.stdout.setEncoding('utf8').on('data', (text: string) => {
    out += text;
  });
  // One that was killed does not read its input.
  child.stdin.on('error', () => undefined);
  child.stdin.end(input);
  const timer = killMs === undefined ? undefined : setTimeout(() => child.kill('SIGKILL'), killMs);
  const ended = new Promise<Ran>((resolve) => {
    child.on('close', (status) => {
      clearTimeout(timer);
      resolve({ status, answer: status === null ? undefined : parse(out) });
    });
  });
  return { child, ended };
}

function parse(out: string): Ran['answer'] {
  return out.trim() === '' ? undefined : JSON.parse(out);
}

/** The addresses of an answer, without prefix length. */
export function addressesOf({ answer }: Ran): readonly string[] {
  const ips = (answer?.['ips'] ?? []) as readonly { readonly address: string }[];
  return ips.map(({ address }) => address.replace(/\/.*/, ''));
}

/** System calls on files, all that change or read the run directory. */
const calls = '%file,getdents64';

/** One file operation of a call: the `nth` call of that name. */
export interface Operation {
  readonly name: string;
  readonly nth: number;
}

/** The file operations of a call, in order, as it makes them undisturbed. */
export function operationsOf(call: PluginCall, log: string): readonly Operation[] {
  callSync({ ...call, wrapper: ['strace', '-qq', '-o', log, '-e', `trace=${calls}`] });
  const counts = new Map<string, number>();
  return readFileSync(log, 'utf8')
    .split('\n')
    .flatMap((line) => {
      const name = /^(\w+)\(/.exec(line)?.[1];
      if (name === undefined || name === 'execve') return [];
      const nth = (counts.get(name) ?? 0) + 1;
      counts.set(name, nth);
      return [{ name, nth }];
    });
}

/** strace that sends the signal when the operation begins: SIGKILL prevents it, SIGSTOP takes effect after it. */
export function interrupter(
  { name, nth }: Operation,
  signal: 'SIGKILL' | 'SIGSTOP',
  log: string,
): readonly string[] {
  const inject = `inject=${name}:signal=${signal}:when=${nth}`;
  return ['strace', '-qq', '-o', log, '-e', `trace=${name}`, '-e', inject];
}

/** The process that strace runs, once its log says that it stands still; undefined when it ended without. */
export async function stoppedBelow(child: ChildProcess, log: string): Promise<number | undefined> {
  while (child.exitCode === null && child.signalCode === null) {
    if (read(log).includes('--- stopped by SIGSTOP ---'))
      return Number.parseInt(read(`/proc/${child.pid}/task/${child.pid}/children`), 10);
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  return undefined;
}

function read(path: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return '';
  }
}
