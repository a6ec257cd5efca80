/** What a command may touch of the process, so that tests run commands without one. */
export interface Io {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Standard output takes colours. */
  readonly colour: boolean;
  out(line: string): void;
  err(line: string): void;
  /** Resolves when somebody asks the process to end. */
  untilStopped(): Promise<string>;
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
    untilStopped: () =>
      new Promise((resolve) => {
        for (const signal of ['SIGTERM', 'SIGINT'] as const) {
          process.once(signal, () => resolve(signal));
        }
      }),
  };
}
