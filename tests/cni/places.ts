// File systems for run directories: memory, a disk, and an overlay, whose directories do not count their links.

import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A directory on some file system, writable. */
export interface Place {
  readonly path: string;
  remove(): Promise<void>;
}

/** Where files are in memory, if there is such a place. */
export const memory: string = existsSync('/dev/shm') ? '/dev/shm' : tmpdir();

export const places: Readonly<Record<string, () => Promise<Place>>> = {
  memory: async () => below(memory),
  disk: async () => below('/var/tmp'),
  overlay: overlay,
};

function below(parent: string): Place {
  const path = mkdtempSync(join(parent, 'hedgerow-place-'));
  return { path, remove: async () => rmSync(path, { recursive: true }) };
}

/** Mounted in a mount namespace of its own, and reached through the process that holds it. */
async function overlay(): Promise<Place> {
  const base = below(memory);
  const [lower, upper, work, merged] = ['lower', 'upper', 'work', 'merged'].map((name) => {
    const path = join(base.path, name);
    mkdirSync(path);
    return path;
  });
  const options = `lowerdir=${lower},upperdir=${upper},workdir=${work}`;
  const script = `mount -t overlay overlay -o ${options} ${merged} && echo mounted && read _`;
  const args = ['--mount', '--propagation', 'private', 'sh', '-c', script];
  const holder = spawn('unshare', args, { stdio: ['pipe', 'pipe', 'inherit'] });
  await firstOutput(holder);
  return {
    path: `/proc/${holder.pid}/root${merged}`,
    async remove() {
      const ended = new Promise((resolve) => holder.on('close', resolve));
      holder.stdin.end();
      await ended;
      await base.remove();
    },
  };
}

function firstOutput({ stdout, pid }: ChildProcess): Promise<void> {
  return new Promise((resolve, reject) => {
    stdout?.once('data', () => resolve());
    stdout?.once('end', () => reject(new Error(`no overlay could be mounted (${pid})`)));
  });
}
