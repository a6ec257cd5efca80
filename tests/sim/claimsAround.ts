// What stands around a real run directory in the simulator: the notes in the agent's database, and people who remove things.
import { ok, refuse } from '@hedgerow/core';
import type { FileStat, Files } from '@hedgerow/core/claims';
import type { Disk } from '@hedgerow/core/testing';
import type { readBlockNotes } from '../../packages/node-agent/src/rundir/blockNotes.ts';

/** Notes as the agent's store keeps them: in the database, which refuses when it is full. */
export function noteStore(disk: Disk): Parameters<typeof readBlockNotes>[0] {
  return {
    notes: () => ok(disk.notes),
    putNotes(changes) {
      const notes = new Map(disk.notes);
      for (const [name, text] of Object.entries(changes)) {
        if (text === undefined) notes.delete(name);
        else notes.set(name, text);
      }
      return disk.setNotes(notes) ? ok(undefined) : refuse('storage', 'simulated');
    },
  };
}

/** Removes all of these kinds below a directory. */
export function removeBelow(files: Files, path: string, kinds: readonly FileStat['kind'][]): void {
  const names = files.readdir(path);
  for (const name of typeof names === 'string' ? [] : names) {
    const child = `${path}/${name}`;
    const stat = files.lstat(child);
    if (typeof stat === 'string') continue;
    if (stat.kind === 'directory') removeBelow(files, child, kinds);
    if (!kinds.includes(stat.kind)) continue;
    if (stat.kind === 'directory') files.rmdir(child);
    else files.unlink(child);
  }
}
