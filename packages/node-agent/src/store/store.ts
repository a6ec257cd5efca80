// Opens the database of a node that has joined before. See `Store` for what it guarantees.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { DatabaseSync } from 'node:sqlite';
import { ok, type Result, refuse } from '@hedgerow/core';
import type { Versioned } from '@hedgerow/core/register';
import { acceptorRows } from './acceptorRows.ts';
import { durably, openDatabase, type Stored } from './database.ts';
import { readMeta } from './meta.ts';
import { notesOf } from './notes.ts';
import { registerRow } from './registerRow.ts';
import { checkSchema } from './schema.ts';
import { tokensOf } from './tokens.ts';
import type { Store, Write } from './types.ts';
import { updateLog } from './updateLog.ts';

/** Tunables of a store. */
export interface StoreOptions {
  /** Refuse to grow beyond this many bytes, as if the disk were full. Unlimited by default. */
  readonly maxBytes?: number;
}

/** The database in a state directory. */
export function databasePath(directory: string): string {
  return join(directory, 'hedgerow.db');
}

/** Opens an existing store and takes its lock. Codes: `storage-missing` and those of `StorageFault`. */
export function openStore(directory: string, options: StoreOptions = {}): Result<Store> {
  const path = databasePath(directory);
  if (!existsSync(path)) return refuse('storage-missing', `There is no database ${path}.`);
  const opened = openDatabase(path);
  if (!opened.ok) return opened;
  const store = storeOn(opened.value, path, options);
  if (!store.ok) opened.value.close();
  return store;
}

function storeOn(database: DatabaseSync, path: string, options: StoreOptions): Stored<Store> {
  const checked = checkSchema(database, path);
  if (!checked.ok) return checked;
  if (options.maxBytes !== undefined) limitSize(database, options.maxBytes);
  const meta = readMeta(database, path);
  if (!meta.ok) return meta;
  const { storeId, identity } = meta.value;
  const register = registerRow(database, path, identity.member);
  const loaded = register.load();
  if (!loaded.ok) return loaded;
  const acceptors = acceptorRows(database, path);
  if (!acceptors.ok) return acceptors;
  const log = updateLog(database, path);
  if (!log.ok) return log;
  const { append, grown, load, size, worthCompacting, compact } = log.value;
  let last = loaded.value;

  const persist = (write: Write): Stored<void> => {
    const next = write.register ?? last;
    if (isBefore(next, last)) {
      throw new Error(`the register went back from ballot ${textOf(last)} to ${textOf(next)}`);
    }
    const updates = write.updates ?? [];
    const written = durably(database, path, () => {
      if (write.register !== undefined) register.write(write.register);
      for (const update of updates) append(update);
    });
    if (!written.ok) return written;
    last = next;
    grown(updates);
    return written;
  };

  return ok({
    storeId,
    identity,
    loadRegister: register.load,
    ...acceptors.value,
    loadUpdates: load,
    persist,
    appendUpdates: (updates) => persist({ updates }),
    updateLog: size,
    worthCompacting,
    compact,
    ...notesOf(database, path),
    ...tokensOf(database, path),
    close: () => database.close(),
  });
}

function limitSize(database: DatabaseSync, maxBytes: number): void {
  const pageSize = Number(database.prepare('PRAGMA page_size').get()?.['page_size']);
  database.exec(`PRAGMA max_page_count = ${Math.max(1, Math.floor(maxBytes / pageSize))}`);
}

/** A value of an earlier epoch, or of an earlier ballot of the same one. A new epoch begins at ballot 0. */
function isBefore(one: Versioned, other: Versioned): boolean {
  const epochs = one.estate.guardians.epoch - other.estate.guardians.epoch;
  return epochs === 0 ? one.ballot.counter < other.ballot.counter : epochs < 0;
}

function textOf({ ballot, estate }: Versioned): string {
  return `${ballot.counter} of epoch ${estate.guardians.epoch}`;
}
