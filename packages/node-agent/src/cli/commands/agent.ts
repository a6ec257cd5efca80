/** `hedgerow agent`: the daemon, in the foreground, until SIGTERM or SIGINT. */
import { ok, type Result, refuse } from '@hedgerow/core';
import type { Agent } from '../../agent/index.ts';
import { apiSocketPath } from '../../api/index.ts';
import { daemonOptions, nodeOptions } from '../../config/index.ts';
import { agentOptions } from '../agentOptions.ts';
import type { CommandContext, CommandSpec } from './types.ts';

/** How long the API of a node that has left still answers. */
const tellLeftMs = 2000;

/** What an operator vouches for at one start; no configuration can say it for all starts. */
interface Words {
  readonly adopt?: boolean;
  readonly alone?: boolean;
}

interface Closable {
  close(): Promise<void>;
}

/** Logs to stderr, one JSON object a line. */
export const agent: CommandSpec = {
  usage: 'agent',
  help: 'run this node in the foreground',
  options: [...nodeOptions, ...daemonOptions],
  setUp: (command) => {
    command
      .option('--adopt', 'your word that this machine is the rightful one, though its ids changed')
      .option('--alone', 'your word that no other member is left to ask');
  },
  async run(context) {
    const { config, command } = context;
    const [{ createAgent }, { clearSocket }, { createLog }] = await Promise.all([
      import('../../agent/index.ts'),
      import('../../api/socket.ts'),
      import('../createLog.ts'),
    ]);
    // Before anything is written: two agents in one run directory would undo each other's work.
    const free = await clearSocket(apiSocketPath(config.run));
    if (!free.ok) return free;
    const log = createLog(config.logLevel);
    const { adopt = false, alone = false } = command.opts<Words>();
    const created = await createAgent({ ...agentOptions(config, log), adopt, alone });
    if (!created.ok) return created;
    const running = created.value;
    const failed = new Promise<Error>((resolve) => running.on('failed', resolve));
    // Whoever waits for it is told first.
    const left = new Promise<string>((resolve) =>
      running.on('left', () => setTimeout(resolve, tellLeftMs, 'left the cluster')),
    );
    const servers = await serve(context, running);
    if (!servers.ok) {
      await running.stop();
      return servers;
    }
    log.info({ member: running.member, listening: running.listening }, 'running');
    const reason = await Promise.race([context.io.untilStopped(), failed, left]);
    log.info({ reason: String(reason) }, 'stopping');
    await Promise.all(servers.value.map((server) => server.close()));
    await running.stop();
    if (typeof reason === 'string') return ok(undefined);
    return refuse('failed', `The agent stopped because its own state is broken: ${reason.message}`);
  },
};

async function serve(
  { config }: CommandContext,
  running: Agent,
): Promise<Result<readonly Closable[]>> {
  const { startApi } = await import('../../api/server.ts');
  const api = await startApi(config.run, running);
  if (!api.ok) return api;
  if (config.http === undefined) return ok([api.value]);
  const { startHealth } = await import('../../api/health.ts');
  const health = await startHealth(config.http, running);
  if (health.ok) return ok([api.value, health.value]);
  await api.value.close();
  return health;
}
