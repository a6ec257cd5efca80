// The replicated set on disk: a log of updates, now and then replaced by one that contains them all.
import type { DatabaseSync } from 'node:sqlite';
import { ok } from '@hedgerow/core';
import { durably, guarded, type Stored } from './database.ts';

/** Compact when the log is longer than this... */
const minCount = 1000;
/** ...and this many times larger than what the last compaction left. */
const minGrowth = 2;

/** Number of updates and their bytes. */
export interface LogSize {
  readonly count: number;
  readonly bytes: number;
}

/** The table of updates. */
export interface UpdateLog {
  load(): Stored<readonly Uint8Array[]>;
  /** Inside a transaction; `grown` follows once it is durable. */
  append(update: Uint8Array): void;
  grown(updates: readonly Uint8Array[]): void;
  size(): LogSize;
  worthCompacting(): boolean;
  compact(whole: readonly Uint8Array[]): Stored<void>;
}

/** Reads how large the log is, and opens it. */
export function updateLog(database: DatabaseSync, path: string): Stored<UpdateLog> {
  const measured = guarded(path, () => measure(database));
  if (!measured.ok) return measured;
  let { count, bytes, base } = measured.value;
  const insert = database.prepare('INSERT INTO updates (bytes) VALUES (?)');
  const append = (update: Uint8Array): void => {
    insert.run(update);
  };
  return ok({
    append,
    load: () =>
      guarded(path, () =>
        database
          .prepare('SELECT bytes FROM updates ORDER BY id')
          .all()
          .map((row) => row['bytes'] as Uint8Array),
      ),
    grown: (updates) => {
      count += updates.length;
      for (const update of updates) bytes += update.length;
    },
    size: () => ({ count, bytes }),
    worthCompacting: () => count > minCount && bytes > minGrowth * base,
    compact: (whole) => {
      const done = durably(database, path, () => {
        database.exec('DELETE FROM updates');
        for (const update of whole) append(update);
      });
      if (done.ok) {
        count = whole.length;
        bytes = whole.reduce((sum, update) => sum + update.length, 0);
        base = bytes;
      }
      return done;
    },
  });
}

/** Sizes as they are on disk; the oldest update is what the last compaction left. */
function measure(database: DatabaseSync): LogSize & { readonly base: number } {
  const total = database
    .prepare('SELECT count(*) AS count, coalesce(sum(length(bytes)), 0) AS bytes FROM updates')
    .get();
  const first = database
    .prepare('SELECT length(bytes) AS n FROM updates ORDER BY id LIMIT 1')
    .get();
  return {
    count: Number(total?.['count']),
    bytes: Number(total?.['bytes']),
    base: Number(first?.['n'] ?? 0),
  };
}
