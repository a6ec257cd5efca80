/** `hedgerow forget`: the operator's word that a member is off for good. */
import { ok, type Result, refuse } from '@hedgerow/core';
import { askAgent } from '../../api/index.ts';
import { parseDuration } from '../../config/index.ts';
import { type ForgetReport, forgetPlanText, forgottenText } from '../../report/index.ts';
import { waitFor } from '../waitFor.ts';
import type { CommandContext, CommandSpec } from './types.ts';

interface Flags {
  readonly now?: boolean;
  readonly yes?: boolean;
  readonly timeout: string;
}

/** Says what will happen, asks, and waits for the end. */
export const forget: CommandSpec = {
  usage: 'forget <member>',
  help: 'take what a member owns that is off for good (by name, id, or start of the id)',
  options: [],
  setUp: (command) => {
    command
      .option('--now', 'give its addresses out at once: no container of it can still use them')
      .option('--yes', 'do not ask')
      .option('--timeout <time>', 'how long to wait for the end: 30s, 5m', '1m');
  },
  async run(context) {
    const { config, command, io } = context;
    const { now = false, yes = false, timeout } = command.opts<Flags>();
    const timeoutMs = parseDuration(timeout);
    if (timeoutMs === undefined) {
      return refuse('usage', '--timeout must be a number with s, m, h or d.');
    }
    const query = `/v1/forget?member=${encodeURIComponent(command.args[0] ?? '')}`;
    const plan = await askAgent<ForgetReport>(config.run, query);
    if (!plan.ok) return plan;
    const { member, isGone, isConnected } = plan.value;
    if (isConnected) return refuse('connected', connectedText(plan.value));
    if (!isGone) {
      io.err(forgetPlanText(plan.value, now));
      const meant = yes ? ok(undefined) : await confirm(context, plan.value);
      if (!meant.ok) return meant;
    }
    const begun = await askAgent<ForgetReport>(config.run, '/v1/forget', { member, now });
    if (!begun.ok) return begun;
    return untilDone(context, member, timeoutMs, timeout);
  },
};

function connectedText({ name, member }: ForgetReport): string {
  return (
    `${name || member} runs and is connected to this node; nothing was changed. ` +
    'To take it out, run "hedgerow leave" there. If it cannot leave, power it off, then forget it.'
  );
}

async function confirm({ io }: CommandContext, report: ForgetReport): Promise<Result<void>> {
  const word = report.name || report.member;
  if (io.ask === undefined) {
    return refuse(
      'usage',
      'This is no terminal, so nobody can be asked: say --yes. Nothing was changed.',
    );
  }
  const typed = await io.ask(`Type ${word} to go on: `);
  if (typed.trim() === word) return ok(undefined);
  return refuse('not-confirmed', `That is not "${word}". Nothing was changed.`);
}

async function untilDone(
  { config, io }: CommandContext,
  member: string,
  timeoutMs: number,
  timeout: string,
): Promise<Result<unknown>> {
  const last = await waitFor(
    () => askAgent<ForgetReport>(config.run, `/v1/forget?member=${member}`),
    ({ state }) => state !== 'running',
    timeoutMs,
  );
  if (!last.ok) return last;
  const report = last.value;
  if (report.state === 'refused') {
    return refuse('refused', `Not forgotten: ${report.message}. Nothing was changed.`);
  }
  if (report.state === 'running') {
    return refuse(
      'timeout',
      `Not done within ${timeout}. The agent goes on with it for as long as it runs; "hedgerow status" says ` +
        'what it waits for, and the same command again waits for the end.',
    );
  }
  io.out(config.json ? JSON.stringify(report, undefined, 2) : forgottenText(report));
  return ok(undefined);
}
