/**
 * The run directory as the plugin finds it. The plugin never creates the root (under a wrong mount that
 * would be a private shadow) and refuses one that somebody else could have written.
 */
import { ok } from '@hedgerow/core';
import {
  type AgentFile,
  type FileErrorCode,
  type FileRefusal,
  type RunPlace,
  readAgentFile,
  runPlace,
} from '@hedgerow/core/claims';
import { type CniResult, cniError } from './contract/errors.ts';
import type { Port } from './port.ts';

/** The place of this boot, or `absent` when there is no run directory at all. */
export function findPlace(port: Port, root: string): CniResult<RunPlace | 'absent'> {
  const stat = port.files.lstat(root);
  if (stat === 'ENOENT' || stat === 'ENOTDIR') return ok('absent');
  if (typeof stat === 'string') return ioError(`look at ${root}`, stat);
  if (stat.kind !== 'directory') return unsafe(root, `it is a ${stat.kind}, not a directory`);
  if ((stat.mode & 0o022) !== 0) return unsafe(root, 'others than its owner may write to it');
  if (stat.uid !== 0 && stat.uid !== port.uid())
    return unsafe(root, `it belongs to user ${stat.uid}, neither root nor user ${port.uid()}`);
  const place = runPlace(root, port.bootId());
  return place === undefined
    ? cniError('io', 'the boot id of this machine cannot be read', 'is /proc mounted?')
    : ok(place);
}

/**
 * Nothing on the way to what a call changes may be a symbolic link: it would lead out of the run directory.
 * What is not there is fine, here.
 */
export function checkPlain(port: Port, paths: readonly string[]): CniResult<undefined> {
  for (const path of paths) {
    const stat = port.files.lstat(path);
    if (typeof stat !== 'string' && stat.kind !== 'directory')
      return unsafe(path, `it is a ${stat.kind}, not a directory`);
  }
  return ok(undefined);
}

function unsafe(root: string, why: string): ReturnType<typeof cniError> {
  const details = `${why}; remove it and let the agent create it, with mode 0755 and its own user`;
  return cniError('unsafeRunDirectory', `${root} is not safe to use`, details);
}

/** The agent's file; undefined when there is none. One of another version is refused. */
export function readAgent(port: Port, root: string): CniResult<AgentFile | undefined> {
  const read = readAgentFile(port.files, root);
  if (typeof read === 'string')
    return read === 'ENOENT' ? ok(undefined) : ioError(`read ${root}/agent.json`, read);
  return read.ok ? read : fileError(read.error);
}

/** A file of ours that cannot be used. */
export function fileError(error: FileRefusal): ReturnType<typeof cniError> {
  return error.code === 'other-layout'
    ? cniError('otherLayout', 'another version made the run directory', error.message)
    : cniError('io', 'the run directory is damaged', error.message);
}

export function ioError(doing: string, code: FileErrorCode): ReturnType<typeof cniError> {
  return cniError('io', `cannot ${doing}: ${code}`, 'nothing was changed by this step');
}

/** Seconds since the agent's last heartbeat on this boot; undefined when it has not been up on it. */
export function silentSeconds(port: Port, agent: AgentFile | undefined): number | undefined {
  if (agent === undefined || agent.bootId !== port.bootId()) return undefined;
  return Math.max(0, port.uptimeSeconds() - agent.uptimeSeconds);
}
