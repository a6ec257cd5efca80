// A run of the tests leaves no process behind. Everything that tests start inherits a mark in its
// environment; at the end whoever still carries it is named, ended, and fails the run.

import { randomUUID } from 'node:crypto';
import { existsSync, readdirSync, readFileSync } from 'node:fs';

const MARK = 'TEST_RUN_OF_HEDGEROW';

/** A process that carries a mark. */
export interface Leftover {
  readonly pid: number;
  readonly command: string;
}

/** Called by vitest once before all tests; what it returns is called once after them. */
export default function setup(): () => void {
  const mark = `${MARK}=${randomUUID()}`;
  process.env[MARK] = mark.slice(MARK.length + 1);
  return () => {
    const left = leftovers(mark);
    for (const { pid } of left) kill(pid);
    if (left.length === 0) return;
    const list = left.map(({ pid, command }) => `  ${pid} ${command}`).join('\n');
    throw new Error(`tests left these processes behind, which were ended now:\n${list}`);
  };
}

/** Processes with this variable in the environment they were started with, but for vitest's own workers. */
export function leftovers(mark: string): readonly Leftover[] {
  if (!existsSync('/proc/self/environ')) return [];
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name))
    .filter((name) => read(name, 'environ').split('\0').includes(mark))
    .map((name) => ({
      pid: Number(name),
      command: read(name, 'cmdline').replaceAll('\0', ' ').trim(),
    }))
    .filter(({ pid, command }) => pid !== process.pid && isOurs(command));
}

/** A zombie has no command line any more; vitest ends its workers and its watchdog by itself. */
function isOurs(command: string): boolean {
  return command !== '' && !/\bvitest\b/.test(command);
}

/** A file of a process; nothing when it ended meanwhile, or belongs to someone else. */
function read(pid: string, name: string): string {
  try {
    return readFileSync(`/proc/${pid}/${name}`, 'utf8');
  } catch {
    return '';
  }
}

function kill(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // it ended by itself meanwhile
  }
}
