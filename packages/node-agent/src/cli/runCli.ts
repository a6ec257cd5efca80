/**
 * The command line: finds the command, runs it, and turns what came of it into an exit code.
 * 0 done, 1 failed, 2 wrong usage. A refusal goes to stderr and says what is wrong and what to do.
 */
import type { Refusal, Result } from '@hedgerow/core';
import { Command, CommanderError } from 'commander';
import type { Config } from '../config/index.ts';
import { commands } from './commands/all.ts';
import type { Io } from './io.ts';
import { addOptions, configOf } from './options.ts';
import { version } from './version.ts';

/** Runs the command line `args` (without node and script) and resolves to the exit code. */
export async function runCli(args: readonly string[], io: Io): Promise<number> {
  let exitCode = 0;
  const program = new Command('hedgerow');
  program
    .description('IP addresses for containers on many machines, with no central store')
    .version(version, '-V, --version')
    .exitOverride()
    .showHelpAfterError('See hedgerow help, or --help of a command.')
    .configureOutput({
      writeOut: (text) => io.out(text.trimEnd()),
      writeErr: (text) => io.err(text.trimEnd()),
    });
  for (const spec of commands) {
    const parent = spec.group === undefined ? program : groupOf(program, spec.group);
    const command = parent.command(spec.usage).description(spec.help);
    spec.setUp?.(command);
    addOptions(command, spec.options);
    command.action(async () => {
      exitCode = await runAction(command, io, (config) => spec.run({ config, command, io }));
    });
  }
  try {
    await program.parseAsync([...args], { from: 'user' });
    return exitCode;
  } catch (error) {
    // Commander has said what is wrong. Help that was asked for has exit code 0.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2;
    throw error;
  }
}

async function runAction(
  command: Command,
  io: Io,
  run: (config: Config) => Promise<Result<unknown>>,
): Promise<number> {
  const config = configOf(command, io);
  if (!config.ok) return complain(config.error, io, 2);
  const result = await run(config.value);
  return result.ok ? 0 : complain(result.error, io, result.error.code === 'usage' ? 2 : 1);
}

function complain(error: Refusal, io: Io, exitCode: number): number {
  io.err(`hedgerow: ${error.message}`);
  return exitCode;
}

const groups: Readonly<Record<string, string>> = {
  token: 'tokens that let nodes join',
  addr: 'addresses on this node',
};

function groupOf(program: Command, name: string): Command {
  const found = program.commands.find((command) => command.name() === name);
  return found ?? program.command(name).description(groups[name] ?? '');
}
