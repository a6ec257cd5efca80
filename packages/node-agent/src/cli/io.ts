/** What a command may touch of the process, so that tests run commands without one. */
import { createInterface } from 'node:readline/promises';

/** See the head of this file. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard output takes colours. */
  readonly colour: boolean;
  out(line: string): void;
  err(line: string): void;
  /** Asks whoever sits at the terminal, and gives the line; absent where nobody does. */
  readonly ask?: (question: string) => Promise<string>;
  /** Resolves when somebody asks the process to end. */
  untilStopped(): Promise<string>;
}

/** On stderr, so that stdout has the answer alone. */
async function ask(question: string): Promise<string> {
  const terminal = createInterface({ input: process.stdin, output: process.stderr });
  try {
    return await terminal.question(question);
  } finally {
    terminal.close();
  }
}

/** The real process. */
export function processIo(): Io {
  return {
    env: process.env,
    colour: process.stdout.isTTY === true && !process.env['NO_COLOR'],
    out: (line) => {
      process.stdout.write(`${line}\n`);
    },
    err: (line) => {
      process.stderr.write(`${line}\n`);
    },
    ...(process.stdin.isTTY === true ? { ask } : {}),
    untilStopped: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGTERM', 'SIGINT'] as const) {
          process.once(signal, () => resolve(signal));
        }
      }),
  };
}
