/** `hedgerow leave`: takes this node out of the cluster for good. */
import { ok, type Result, refuse } from '@hedgerow/core';
import { askAgent } from '../../api/index.ts';
import { parseDuration } from '../../config/index.ts';
import type { LeaveReport } from '../../report/index.ts';
import { waitFor } from '../waitFor.ts';
import type { CommandContext, CommandSpec } from './types.ts';

/** Starts it, tells what it waits for, and ends when the node has left. */
export const leave: CommandSpec = {
  usage: 'leave',
  help: 'hand all that this node owns to the others, then stop its agent',
  options: [],
  setUp: (command) => {
    command.option('--timeout <time>', 'how long to wait for the end: 30s, 5m', '10m');
  },
  async run(context) {
    const { config, command, io } = context;
    const { timeout } = command.opts<{ timeout: string }>();
    const timeoutMs = parseDuration(timeout);
    if (timeoutMs === undefined) {
      return refuse('usage', '--timeout must be a number with s, m, h or d.');
    }
    const begun = await askAgent<LeaveReport>(config.run, '/v1/leave', {});
    if (!begun.ok) return begun;
    const last = await waitFor(progress(context), hasEnded, timeoutMs);
    if (!last.ok) return last;
    if (last.value.message !== undefined) return refuse('quarantined', last.value.message);
    if (last.value.state !== 'left') {
      return refuse(
        'timeout',
        `Not done within ${timeout}. The node goes on leaving while its agent runs; the same command again ` +
          'waits for the end.',
      );
    }
    io.out(
      config.json
        ? JSON.stringify(last.value, undefined, 2)
        : 'This node has left: others have all that it owned, and its agent stops. Its state directory is of no use any more.',
    );
    return ok(undefined);
  },
};

function hasEnded({ state }: LeaveReport): boolean {
  return state === 'left' || state === 'quarantined';
}

/** Asks how far it is, and tells each thing that is waited for once. */
function progress({ config, io }: CommandContext): () => Promise<Result<LeaveReport>> {
  const told = new Set<string>();
  return async () => {
    const answer = await askAgent<LeaveReport>(config.run, '/v1/leave');
    for (const { message } of answer.ok ? answer.value.waiting : []) {
      if (!told.has(message)) io.err(`waiting ${message}`);
      told.add(message);
    }
    return answer;
  };
}
