/** `hedgerow key`: this node's key ahead of its membership, for a list of founders. */
import { ok } from '@hedgerow/core';
import type { CommandSpec } from './types.ts';

/** Prints the member id that this node will have. Asked again, it prints the same. */
export const key: CommandSpec = {
  usage: 'key',
  help: 'make the key of this node ahead of init or join, and print its member id',
  options: [],
  async run({ config, io }) {
    const { prepareKey } = await import('../../store/index.ts');
    const prepared = prepareKey(config.state);
    if (!prepared.ok) return prepared;
    const { member } = prepared.value;
    io.out(config.json ? JSON.stringify({ member }) : member);
    return ok(undefined);
  },
};
