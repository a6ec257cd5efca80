// Makes the database of a new member, complete or not at all: it is built under another name, synced, and
// given its name last. Only `init` and a first `join` come here.
import { randomBytes } from 'node:crypto';
import { closeSync, fsyncSync, linkSync, openSync, readdirSync, rmSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { ok, type Result, refuse } from '@hedgerow/core';
import { durably, guarded, type Stored, storageRefusal } from './database.ts';
import { writeMeta } from './meta.ts';
import { registerRow } from './registerRow.ts';
import { schema } from './schema.ts';
import { databasePath } from './store.ts';
import type { NewStore } from './types.ts';

/** Creates `hedgerow.db`, never over an existing one. Codes: `storage-exists` and `StorageFault`. */
export function createStore(directory: string, contents: NewStore): Result<void> {
  const path = databasePath(directory);
  const draft = `${path}.${randomBytes(6).toString('hex')}.new`;
  try {
    const built = buildStore(draft, contents);
    if (!built.ok) return built;
    linkSync(draft, path);
    syncDirectory(directory);
    return ok(undefined);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      return refuse(
        'storage-exists',
        `${path} exists: this node is a member already, and starting over would hand out its addresses ` +
          'twice. Use another state directory with --state.',
      );
    }
    if (code === undefined || code.startsWith('ERR_')) throw error;
    return storageRefusal(code === 'ENOSPC' ? 'storage-full' : 'storage-io', path, message);
  } finally {
    removeDraft(draft);
  }
}

/** Makes a directory's new and renamed entries durable. */
export function syncDirectory(directory: string): void {
  const file = openSync(directory, 'r');
  try {
    fsyncSync(file);
  } finally {
    closeSync(file);
  }
}

function buildStore(draft: string, contents: NewStore): Stored<void> {
  closeSync(openSync(draft, 'wx', 0o600));
  const opened = guarded(draft, () => new DatabaseSync(draft));
  if (!opened.ok) return opened;
  const database = opened.value;
  try {
    return durably(database, draft, () => {
      database.exec(schema);
      writeMeta(database, contents);
      registerRow(database, draft, contents.member).write(contents.register);
      const insert = database.prepare('INSERT INTO updates (bytes) VALUES (?)');
      for (const update of contents.updates) insert.run(update);
    });
  } finally {
    database.close();
  }
}

function removeDraft(draft: string): void {
  const directory = dirname(draft);
  for (const name of readdirSync(directory)) {
    if (name.startsWith(basename(draft))) rmSync(join(directory, name), { force: true });
  }
}
