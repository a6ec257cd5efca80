/**
 * The root of the run directory: a real directory of our own that nobody else may write to. The plugin
 * trusts what it finds there, so anything else is refused with what to do about it.
 */
import { mkdirSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { ok, type Result, refuse } from '@hedgerow/core';
import type { Files } from '@hedgerow/core/claims';

/** Makes the root (0755) if it is missing, and checks it. Refusals: `run-directory`. */
export function prepareRoot(files: Files, root: string): Result<true> {
  try {
    mkdirSync(dirname(root), { recursive: true });
  } catch (error) {
    return refuse('run-directory', `Cannot create ${dirname(root)}: ${(error as Error).message}`);
  }
  const made = files.mkdir(root);
  if (made !== undefined && made !== 'EEXIST') {
    return refuse(
      'run-directory',
      `Cannot create the run directory ${root}: ${made}. Choose another with --run, or run as root.`,
    );
  }
  const problem = rootProblem(files, root);
  return problem === undefined
    ? ok(true)
    : refuse('run-directory', `The run directory ${root} ${problem}`);
}

function rootProblem(files: Files, root: string): string | undefined {
  const stat = files.lstat(root);
  if (typeof stat === 'string') return `cannot be read: ${stat}.`;
  if (stat.kind === 'symlink') {
    return 'is a symbolic link, which others could turn elsewhere. Name the directory itself with --run.';
  }
  if (stat.kind !== 'directory')
    return 'is not a directory. Remove it, or choose another with --run.';
  const uid = process.getuid?.();
  if (stat.uid !== uid) {
    return `belongs to user ${stat.uid}, and this is user ${uid}: whoever owns it could hand out addresses. Remove it, or choose another with --run.`;
  }
  if ((stat.mode & 0o022) !== 0) {
    return `can be written by others (mode ${stat.mode.toString(8)}). Run: chmod 0755 ${root}`;
  }
  return undefined;
}

/** The boot id of this machine: new at each boot. Throws where there is no Linux /proc. */
export function readBootId(): string {
  return readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
}

/** Seconds since boot. */
export function readUptimeSeconds(): number {
  return Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
}
