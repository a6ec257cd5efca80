// One SQLite connection that nobody else shares, and the two things that may happen to a write: it is on
// the disk when the call returns, or it did not happen. SQLite's error numbers end here.
import { DatabaseSync } from 'node:sqlite';
import { ok, type Refusal, type Result, refuse } from '@hedgerow/core';

/** Why the database did not do something. */
export type StorageFault =
  | 'storage-full'
  | 'storage-io'
  | 'storage-busy'
  | 'storage-corrupt'
  | 'storage-readonly'
  | 'storage-newer'
  | 'storage-foreign';

/** Outcome of a storage operation. */
export type Stored<T> = Result<T, Refusal<StorageFault>>;

/** How long to wait for a predecessor that is just shutting down. */
const busyTimeoutMs = 250;

/** SQLite's primary result codes (sqlite.org/rescode.html); extended ones have them in the low byte. */
const faults: Readonly<Record<number, StorageFault>> = {
  5: 'storage-busy',
  6: 'storage-busy',
  8: 'storage-readonly',
  11: 'storage-corrupt',
  13: 'storage-full',
  26: 'storage-corrupt',
};

const explanations: Readonly<Record<StorageFault, string>> = {
  'storage-full':
    'the disk, or the quota on it, is full. Nothing was changed. Make room; it is tried again',
  'storage-io': 'the disk failed. Nothing was changed. Look at the kernel log for this disk',
  'storage-busy':
    'another agent is running on this state directory. Stop that one, or give this one a directory of ' +
    'its own with --state',
  'storage-corrupt':
    'it is damaged, and what this node owns cannot be known from it. Do not restore an old copy: that ' +
    'hands out addresses twice. Move the directory away and join anew',
  'storage-readonly': 'it cannot be written. Mount its file system read-write',
  'storage-newer': 'a newer version of Hedgerow wrote it. Run that version, or a later one',
  'storage-foreign': 'it is some other program’s database. Choose another directory with --state',
};

/** A refusal that says which file, what happened to it, and what to do. */
export function storageRefusal(fault: StorageFault, path: string, detail = ''): Stored<never> {
  const ending = detail === '' ? '' : ` (${detail})`;
  return refuse(fault, `The database ${path} refused: ${explanations[fault]}${ending}.`);
}

/** Opens the file for this process alone: write-ahead log, every commit synced, lock kept until `close`. */
export function openDatabase(path: string): Stored<DatabaseSync> {
  return guarded(path, () => {
    const database = new DatabaseSync(path, { timeout: busyTimeoutMs });
    try {
      // Exclusive first: with it the log needs no shared memory file.
      database.exec('PRAGMA locking_mode = EXCLUSIVE');
      database.exec('PRAGMA journal_mode = WAL');
      database.exec('PRAGMA synchronous = FULL');
      database.exec('BEGIN IMMEDIATE; COMMIT');
    } catch (error) {
      database.close();
      throw error;
    }
    return database;
  });
}

/** Runs `work` as one transaction: durable when this succeeds, without effect when it does not. */
export function durably<T>(database: DatabaseSync, path: string, work: () => T): Stored<T> {
  return guarded(path, () => {
    database.exec('BEGIN IMMEDIATE');
    try {
      const value = work();
      database.exec('COMMIT');
      return value;
    } catch (error) {
      rollBack(database);
      throw error;
    }
  });
}

/** Turns SQLite's exceptions into refusals; any other exception is our bug and goes on. */
export function guarded<T>(path: string, work: () => T): Stored<T> {
  try {
    return ok(work());
  } catch (error) {
    const { code, errcode, message } = error as Error & { code?: string; errcode?: number };
    if (code !== 'ERR_SQLITE_ERROR' || errcode === undefined) throw error;
    const fault = faults[errcode & 0xff] ?? 'storage-io';
    return storageRefusal(fault, path, `SQLite ${errcode}: ${message}`);
  }
}

function rollBack(database: DatabaseSync): void {
  if (!database.isTransaction) return;
  try {
    database.exec('ROLLBACK');
  } catch {
    // The first error is the one to report; SQLite rolls back by itself when it cannot go on.
  }
}
