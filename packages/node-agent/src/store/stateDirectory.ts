// The state directory: ours alone, or refused. It holds the key and the register; whoever can write here
// can make this node own what others own.
import { accessSync, constants, mkdirSync, type Stats, statSync } from 'node:fs';
import { geteuid } from 'node:process';
import { ok, type Refusal, type Result, refuse } from '@hedgerow/core';

/** Why a state directory cannot be used. */
export type StateDirectoryFault =
  | 'state-missing'
  | 'state-permissions'
  | 'state-owner'
  | 'state-unwritable'
  | 'state-io';

/** Creates the directory (0700) and its parents where missing, then checks it. */
export function prepareStateDirectory(path: string): Result<void, Refusal<StateDirectoryFault>> {
  try {
    mkdirSync(path, { recursive: true, mode: 0o700 });
  } catch (error) {
    return refuse(
      'state-io',
      `The state directory ${path} could not be created: ${(error as Error).message}. ` +
        'Create it (mode 0700), or choose another with --state.',
    );
  }
  return checkStateDirectory(path);
}

/** Refuses a directory that is not ours, that others can look into, or that cannot be written. */
export function checkStateDirectory(path: string): Result<void, Refusal<StateDirectoryFault>> {
  let stat: Stats;
  try {
    stat = statSync(path);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code !== 'ENOENT') return refuse('state-io', `${path} could not be looked at: ${message}.`);
    return refuse(
      'state-missing',
      `There is no state directory ${path}: this node is in no cluster yet. ` +
        'Start one with `hedgerow init`, or enter one with `hedgerow join TOKEN`.',
    );
  }
  if (!stat.isDirectory()) {
    return refuse('state-io', `${path} is not a directory. Name one with --state.`);
  }
  return checkOwner(path, stat) ?? checkMode(path, stat) ?? checkWritable(path) ?? ok(undefined);
}

type Refused = ReturnType<typeof refuse<StateDirectoryFault>> | undefined;

function checkOwner(path: string, stat: Stats): Refused {
  const user = geteuid?.();
  if (user === undefined || stat.uid === user) return undefined;
  return refuse(
    'state-owner',
    `The state directory ${path} belongs to user ${stat.uid}, and this process runs as user ` +
      `${user}. Run it as the owner, or hand the state over: chown -R ${user} ${path}`,
  );
}

function checkMode(path: string, stat: Stats): Refused {
  const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
  if ((stat.mode & 0o077) !== 0) {
    return refuse(
      'state-permissions',
      `The state directory ${path} has mode ${mode}: other users can look into it, and it holds this ` +
        `node's key. Close it with: chmod 700 ${path}`,
    );
  }
  if ((stat.mode & 0o700) === 0o700) return undefined;
  return refuse(
    'state-unwritable',
    `The state directory ${path} has mode ${mode}: its owner cannot write there, so nothing could be ` +
      `made durable. Open it with: chmod 700 ${path}`,
  );
}

function checkWritable(path: string): Refused {
  try {
    accessSync(path, constants.R_OK | constants.W_OK | constants.X_OK);
    return undefined;
  } catch (error) {
    return refuse(
      'state-unwritable',
      `The state directory ${path} cannot be written: ${(error as Error).message}. ` +
        'Nothing could be made durable there. Mount it read-write, or choose another with --state.',
    );
  }
}
