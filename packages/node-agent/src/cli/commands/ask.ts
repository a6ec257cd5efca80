/** Commands that ask the running agent and print its answer. */
import { ok, type Result, refuse } from '@hedgerow/core';
import { askAgent, type TokenAnswer } from '../../api/index.ts';
import { parseDuration } from '../../config/index.ts';
import { type MapReport, mapText, type Status, statusText } from '../../report/index.ts';
import type { CommandContext, CommandSpec } from './types.ts';

/** A year: what the agent signs at most. */
const maxTtlMs = 365 * 86_400_000;

/** `hedgerow status` */
export const status: CommandSpec = {
  usage: 'status',
  help: 'this node, its pools, blocks and peers, what it waits for and why',
  options: [],
  run: (context) => show<Status>(context, '/v1/status', statusText),
};

/** `hedgerow map` */
export const map: CommandSpec = {
  usage: 'map',
  help: 'who owns what; a picture of the address space',
  options: [],
  setUp: (command) => {
    command.option('--pool <name>', 'only this pool');
  },
  run: (context) => {
    const { pool } = context.command.opts<{ pool?: string }>();
    const query = pool === undefined ? '' : `?pool=${encodeURIComponent(pool)}`;
    const { colour } = context.io;
    return show<MapReport>(context, `/v1/map${query}`, (report) => mapText(report, { colour }));
  },
};

/** `hedgerow token create` */
export const tokenCreate: CommandSpec = {
  group: 'token',
  usage: 'create',
  help: 'make a join token and print it',
  options: [],
  setUp: (command) => {
    command.option('--ttl <time>', 'how long it may be used: 30m, 1h, 7d', '1h');
  },
  async run(context) {
    const ttl = parseDuration(context.command.opts<{ ttl: string }>().ttl);
    if (ttl === undefined || ttl < 1000 || ttl > maxTtlMs) {
      return refuse('usage', '--ttl must be a number with s, m, h or d, from 1s to 365d.');
    }
    const ttlSeconds = Math.floor(ttl / 1000);
    return show<TokenAnswer>(context, '/v1/tokens', ({ token }) => token, { ttlSeconds });
  },
};

/** Asks the agent and prints its answer as text, or as JSON when that is wanted. */
export async function show<T>(
  { config, io }: CommandContext,
  path: string,
  text: (answer: T) => string,
  body?: unknown,
): Promise<Result<unknown>> {
  const answer = await askAgent<T>(config.run, path, body);
  if (!answer.ok) return answer;
  io.out(config.json ? JSON.stringify(answer.value, undefined, 2) : text(answer.value));
  return ok(undefined);
}
