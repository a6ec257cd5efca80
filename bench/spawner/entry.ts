// Starts programs and times them, with as little overhead as a process of 2 MB can have: fork, exec, wait.
// (Node takes longer to start a process than some of these take to run.) Compiled by QuickJS for bench/cni.ts.
//
// The variable PLAN names a file with a JSON plan. A round is a list of calls that run at once; a list of one is a single
// call. Prints a JSON list of { ms, statuses } per round. The plan is kept small: fork copies what there is.

import * as os from 'quickjs:os';
import * as std from 'quickjs:std';

interface Plan {
  /** Path, and file for standard input. */
  readonly programs: readonly (readonly [string, string])[];
  /** Index of the program, verb, container id. */
  readonly rounds: readonly (readonly (readonly [number, string, string])[])[];
}

globalThis.run = () => {
  const { programs, rounds }: Plan = JSON.parse(std.loadFile(std.getenv('PLAN') ?? '') ?? '{}');
  const output = os.open('/dev/null', 1);

  const results = rounds.map((calls) => {
    const inputs = calls.map(([at]) => os.open(programs[at]?.[1] ?? '', os.O_RDONLY));
    const start = os.now();
    const children = calls.map(([at, verb, id], index) => {
      const env = {
        CNI_COMMAND: verb,
        CNI_CONTAINERID: id,
        CNI_IFNAME: 'eth0',
        CNI_NETNS: '/x',
        CNI_PATH: '/x',
      };
      const stdin = inputs[index] ?? -1;
      const options = { block: false, usePath: false, env, stdin, stdout: output, stderr: output };
      return os.exec([programs[at]?.[0] ?? ''], options);
    });
    // A wait status is the exit code times 256, or the number of a signal.
    const statuses = children.map((pid) => os.waitpid(pid, 0)[1] / 256);
    const ms = os.now() - start;
    for (const input of inputs) os.close(input);
    return { ms, statuses };
  });
  std.out.puts(JSON.stringify(results));
  std.out.flush();
  std.exit(0);
};
