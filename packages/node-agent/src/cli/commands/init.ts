/** `hedgerow init`: a new cluster. */
import { readFileSync } from 'node:fs';
import { ok, type Result, refuse } from '@hedgerow/core';
import {
  checkPools,
  type Founder,
  type Pool,
  parsePoolSpec,
  poolWarnings,
} from '@hedgerow/core/membership';
import { parse as parseYaml } from 'yaml';
import { nodeOptions } from '../../config/index.ts';
import { agentCommand } from '../agentCommand.ts';
import { crowdWarnings } from '../crowdWarnings.ts';
import type { CommandContext, CommandSpec } from './types.ts';

interface InitFlags {
  readonly pool: readonly string[];
  readonly cluster: string;
  readonly founders?: string;
  readonly members?: string;
}

/** Prints what was made, and a join token as the last line. */
export const init: CommandSpec = {
  usage: 'init',
  help: 'make a new cluster, with this node as its first member',
  options: nodeOptions,
  setUp: (command) => {
    const collect = (text: string, before: readonly string[] = []): readonly string[] => [
      ...before,
      text,
    ];
    command
      .requiredOption(
        '--pool <spec>',
        'NAME=CIDR[,block=LEN][,subnet=pool|block] (repeatable)',
        collect,
      )
      .option('--cluster <name>', 'name of the cluster, for people', 'hedgerow')
      .option('--founders <file>', 'YAML list of {member, prefixes: [{pool, prefix}]}')
      .option('--members <n>', 'how many nodes it is meant for: warns when pools are too small');
  },
  async run({ config, command, io }) {
    const flags = command.opts<InitFlags>();
    const pools = parsePools(flags.pool);
    if (!pools.ok) return refuse('usage', pools.error.message);
    const members = flags.members === undefined ? undefined : Number(flags.members);
    if (members !== undefined && !(Number.isInteger(members) && members > 0)) {
      return refuse('usage', `--members must be a whole number above 0, not "${flags.members}".`);
    }
    const founders = readFounders(flags.founders);
    if (!founders.ok) return founders;
    // Loaded late, so that commands that only ask start fast.
    const { initCluster } = await import('../../agent/index.ts');
    const { firstToken } = await import('../firstToken.ts');
    const { cluster } = flags;
    const { state: stateDir } = config;
    const born = initCluster({ stateDir, cluster, pools: pools.value, founders: founders.value });
    if (!born.ok) return born;
    const token = firstToken(config, Date.now());
    if (!token.ok) return token;
    const warnings = [
      ...poolWarnings(pools.value),
      ...crowdWarnings(pools.value, members),
      ...token.value.warnings,
    ];
    for (const warning of warnings) io.err(`warning: ${warning}`);
    report({ config, command, io }, born.value, token.value.token);
    return ok(undefined);
  },
};

function report(
  { config, command, io }: CommandContext,
  born: { readonly member: string; readonly network: string },
  token: string,
): void {
  if (config.json) return io.out(JSON.stringify({ ...born, token }));
  io.out(`Made a new cluster. This node is its first member.
  member   ${born.member}
  network  ${born.network}
  state    ${config.state}

Start this node:           ${agentCommand(command)}
Add another within 1 h:    hedgerow join TOKEN, with the token on the next line (keep it secret)
${token}`);
}

function parsePools(specs: readonly string[]): Result<readonly Pool[]> {
  const pools: Pool[] = [];
  for (const spec of specs) {
    const pool = parsePoolSpec(spec);
    if (!pool.ok) return pool;
    pools.push(pool.value);
  }
  return checkPools(pools);
}

function readFounders(file: string | undefined): Result<readonly Founder[]> {
  if (file === undefined) return ok([]);
  try {
    // The genesis checks every field; here it only has to be a list.
    const founders: unknown = parseYaml(readFileSync(file, 'utf8'));
    if (Array.isArray(founders)) return ok(founders as readonly Founder[]);
    return refuse('founders', `${file} must be a list of {member, prefixes: [{pool, prefix}]}.`);
  } catch (error) {
    return refuse('founders', `Cannot read the founders in ${file}: ${(error as Error).message}`);
  }
}
