// Starts programs and times them, with as little overhead as a process of 2 MB can have: fork, exec, wait.
// (Node takes longer to start a process than some of these take to run.) Compiled by QuickJS for bench/cni.ts.
//
// Argument: a file with a JSON list of rounds. A round is a list of calls that run at once; a list of one is
// a single call. Prints a JSON list of { ms, statuses } per round.

import * as os from 'quickjs:os';
import * as std from 'quickjs:std';

interface Call {
  readonly program: string;
  /** File for standard input. */
  readonly input: string;
  readonly env: Readonly<Record<string, string>>;
}

const planPath = scriptArgs[1] ?? '';
const rounds: readonly (readonly Call[])[] = JSON.parse(std.loadFile(planPath) ?? '[]');
const output = os.open('/dev/null', 1);

const results = rounds.map((calls) => {
  const inputs = calls.map(({ input }) => os.open(input, os.O_RDONLY));
  const start = os.now();
  const children = calls.map(({ program, env }, at) => {
    const stdin = inputs[at] ?? -1;
    return os.exec([program], {
      block: false,
      usePath: false,
      env,
      stdin,
      stdout: output,
      stderr: output,
    });
  });
  // A wait status is the exit code times 256, or the number of a signal.
  const statuses = children.map((pid) => os.waitpid(pid, 0)[1] / 256);
  const ms = os.now() - start;
  for (const input of inputs) os.close(input);
  return { ms, statuses };
});
std.out.puts(JSON.stringify(results));
std.out.flush();
