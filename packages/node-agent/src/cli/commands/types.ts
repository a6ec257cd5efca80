/** One command of the command line. */
import type { Result } from '@hedgerow/core';
import type { Command } from 'commander';
import type { Config, OptionSpec } from '../../config/index.ts';
import type { Io } from '../io.ts';

/** What a command works with. */
export interface CommandContext {
  readonly config: Config;
  /** For the command's own options and arguments. */
  readonly command: Command;
  readonly io: Io;
}

/** A command. Refusals with code `usage` are wrong usage, all others failures. */
export interface CommandSpec {
  /** `token` in `hedgerow token create`. */
  readonly group?: string;
  /** Name and arguments, as commander writes them. */
  readonly usage: string;
  readonly help: string;
  /** Options from the table, beside the common ones. */
  readonly options: readonly OptionSpec[];
  /** Options that only this command has. */
  readonly setUp?: (command: Command) => void;
  run(context: CommandContext): Promise<Result<unknown>>;
}
