/** Turns the table of options into flags, and flags into a configuration. */
import { ok, type Result } from '@hedgerow/core';
import { type Command, Option } from 'commander';
import {
  allOptions,
  type Config,
  commonOptions,
  loadConfig,
  type OptionSpec,
} from '../config/index.ts';
import type { Io } from './io.ts';

/** Adds `--config`, the common options and these. */
export function addOptions(command: Command, more: readonly OptionSpec[] = []): Command {
  command.option('--config <file>', 'configuration file (default: /etc/hedgerow/config.yaml)');
  for (const spec of [...more, ...commonOptions]) command.addOption(flagOf(spec));
  return command;
}

function flagOf({ key, kind, value, help }: OptionSpec): Option {
  const option = new Option(kind === 'switch' ? `--${key}` : `--${key} <${value}>`, help);
  if (kind === 'list') {
    option.argParser((text: string, before: readonly string[] | undefined) => [
      ...(before ?? []),
      text,
    ]);
  }
  if (kind === 'count') {
    option.argParser((text: string) => (/^\d+$/.test(text) ? Number(text) : text));
  }
  return option;
}

/** The configuration of a command, with its warnings told. Refusals: `config`. */
export function configOf(command: Command, io: Io): Result<Config> {
  const values: Record<string, unknown> = command.opts();
  const flags: Record<string, unknown> = {};
  for (const { key } of allOptions) {
    const value = values[camelCase(key)];
    if (value !== undefined) flags[key] = value;
  }
  const file = typeof values['config'] === 'string' ? values['config'] : undefined;
  const loaded = loadConfig({ flags, env: io.env, file });
  if (!loaded.ok) return loaded;
  for (const warning of loaded.value.warnings) io.err(`warning: ${warning}`);
  return ok(loaded.value.config);
}

/** The name under which commander keeps an option. */
export function camelCase(key: string): string {
  return key.replace(/-(.)/g, (_, letter: string) => letter.toUpperCase());
}
