/** `hedgerow forget`: the operator's word that a member is off for good. */
import { ok, type Result, refuse } from '@hedgerow/core';
import { askAgent } from '../../api/index.ts';
import { parseDuration } from '../../config/index.ts';
import {
  type ForgetReport,
  forgetPlanText,
  forgottenText,
  unsafePlanText,
} from '../../report/index.ts';
import { waitFor } from '../waitFor.ts';
import type { CommandContext, CommandSpec } from './types.ts';

interface Flags {
  readonly now?: boolean;
  readonly yes?: boolean;
  readonly unsafe?: boolean;
  readonly timeout: string;
}

type Reports = readonly [ForgetReport, ...(readonly ForgetReport[])];

/** Says what will happen, asks, and waits for the end. */
export const forget: CommandSpec = {
  usage: 'forget <member...>',
  help: 'take what a member owns that is off for good (by name, id, or start of the id)',
  options: [],
  setUp: (command) => {
    command
      .option('--now', 'give its addresses out at once: no container of it can still use them')
      .option('--yes', 'do not ask')
      .option(
        '--unsafe',
        'no quorum of its guardians is left: ask all living members what they have',
      )
      .option('--timeout <time>', 'how long to wait for the end: 30s, 5m', '1m');
  },
  async run(context) {
    const { config, command, io } = context;
    const { now = false, yes = false, unsafe = false, timeout } = command.opts<Flags>();
    const timeoutMs = parseDuration(timeout);
    if (timeoutMs === undefined) {
      return refuse('usage', '--timeout must be a number with s, m, h or d.');
    }
    if (command.args.length > 1 && !unsafe) {
      return refuse(
        'usage',
        'Several members at once only with --unsafe; forget one after the other.',
      );
    }
    const plans = await plansOf(context, command.args);
    if (!plans.ok) return plans;
    const [first, ...others] = plans.value;
    const runs = plans.value.find(({ isConnected, isGone }) => isConnected && !(unsafe && isGone));
    if (runs !== undefined) return refuse('connected', connectedText(runs));
    if (unsafe || !first.isGone) {
      io.err(unsafe ? unsafePlanText(plans.value, now) : forgetPlanText(first, now));
      const meant = yes ? ok(undefined) : await confirm(context, plans.value);
      if (!meant.ok) return meant;
    }
    const { member } = first;
    const asked = { member, now };
    const all = { ...asked, unsafe: { others: others.map((each) => each.member) } };
    const begun = await askAgent<ForgetReport>(config.run, '/v1/forget', unsafe ? all : asked);
    if (!begun.ok) return begun;
    for (const each of plans.value) {
      const done = await untilDone(context, each.member, timeoutMs, timeout, unsafe);
      if (!done.ok) return done;
    }
    return ok(undefined);
  },
};

function connectedText({ name, member }: ForgetReport): string {
  return (
    `${name || member} runs and is connected to this node; nothing was changed. ` +
    'To take it out, run "hedgerow leave" there. If it cannot leave, power it off, then forget it.'
  );
}

async function plansOf(
  { config }: CommandContext,
  members: readonly string[],
): Promise<Result<Reports>> {
  const plans: ForgetReport[] = [];
  for (const text of members) {
    const query = `/v1/forget?member=${encodeURIComponent(text)}`;
    const plan = await askAgent<ForgetReport>(config.run, query);
    if (!plan.ok) return plan;
    plans.push(plan.value);
  }
  const [first, ...others] = plans;
  return first === undefined ? refuse('usage', 'Name a member.') : ok([first, ...others]);
}

async function confirm({ io }: CommandContext, reports: Reports): Promise<Result<void>> {
  const word = reports.map(({ name, member }) => name || member).join(' ');
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
  unsafe: boolean,
): Promise<Result<unknown>> {
  const last = await waitFor(
    () => askAgent<ForgetReport>(config.run, `/v1/forget?member=${member}`),
    ({ state }) => state !== 'running',
    timeoutMs,
  );
  if (!last.ok) return last;
  const report = last.value;
  if (report.state === 'refused') {
    const after = unsafe ? '' : ' Nothing was changed.';
    return refuse('refused', `Not forgotten: ${report.message}.${after}`);
  }
  if (report.state === 'running') {
    return refuse(
      'timeout',
      `Not done within ${timeout}; it waits ${report.message ?? 'for its guardians'}. The agent goes on with it ` +
        'for as long as it runs; the same command again waits for the end.',
    );
  }
  io.out(config.json ? JSON.stringify(report, undefined, 2) : forgottenText(report));
  return ok(undefined);
}
