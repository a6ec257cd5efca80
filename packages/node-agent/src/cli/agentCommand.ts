/**
 * The command that starts the node which `init` or `join` just made: with the flags that they were given,
 * since the agent keeps none of them and others dial what these said.
 */
import type { Command } from 'commander';
import { commonOptions, nodeOptions } from '../config/index.ts';
import { camelCase } from './options.ts';

/** `hedgerow agent` with the flags of `command` that it takes too, each word quoted for a shell. */
export function agentCommand(command: Command): string {
  const words = ['hedgerow', 'agent'];
  const file = command.getOptionValue('config');
  if (file !== undefined) words.push('--config', `${file}`);
  for (const { key, kind } of [...nodeOptions, ...commonOptions]) {
    if (kind === 'switch') continue;
    const value = command.getOptionValue(camelCase(key));
    if (value === undefined) continue;
    for (const each of [value].flat()) words.push(`--${key}`, `${each}`);
  }
  return words.map(quoted).join(' ');
}

function quoted(word: string): string {
  return /^[\w./:@=-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`;
}
