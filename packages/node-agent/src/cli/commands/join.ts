/** `hedgerow join TOKEN`: makes this node a member. */
import { ok } from '@hedgerow/core';
import { nodeOptions } from '../../config/index.ts';
import { agentCommand } from '../agentCommand.ts';
import type { CommandSpec } from './types.ts';

/** Needs a member that answers at the token's addresses. */
export const join: CommandSpec = {
  usage: 'join <token>',
  help: 'make this node a member of the cluster that the token names',
  options: nodeOptions,
  async run({ config, command, io }) {
    const { joinCluster } = await import('../../agent/index.ts');
    const born = await joinCluster({ stateDir: config.state, token: command.args[0] ?? '' });
    if (!born.ok) return born;
    const { member, network } = born.value;
    if (config.json) io.out(JSON.stringify(born.value));
    else {
      io.out(`This node is a member now.
  member   ${member}
  network  ${network}
  state    ${config.state}

Start it:  ${agentCommand(command)}`);
    }
    return ok(undefined);
  },
};
