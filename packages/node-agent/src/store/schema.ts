// What the database looks like. `PRAGMA user_version` counts schemas, `application_id` says it is ours.
import type { DatabaseSync } from 'node:sqlite';
import { ok } from '@hedgerow/core';
import { guarded, type Stored, storageRefusal } from './database.ts';

/** The schema this program writes. */
export const schemaVersion = 1;

/** "HEDG". */
const applicationId = 0x48454447;

/** Lays the tables into an empty database. */
export const schema: string = `
  PRAGMA application_id = ${applicationId};
  PRAGMA user_version = ${schemaVersion};
  -- who this store belongs to; written once
  CREATE TABLE meta (name TEXT PRIMARY KEY, value ANY NOT NULL) STRICT, WITHOUT ROWID;
  -- ballot and estate as JSON, with the SHA-256 of that text
  CREATE TABLE register (member TEXT PRIMARY KEY, value TEXT NOT NULL, sum TEXT NOT NULL) STRICT;
  -- entries of the replicated set, in the order in which they came
  CREATE TABLE updates (id INTEGER PRIMARY KEY, bytes BLOB NOT NULL) STRICT;
  -- small things to remember: what this boot published, intents
  CREATE TABLE notes (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;
  -- join tokens given out here
  CREATE TABLE tokens (
    id TEXT PRIMARY KEY, created TEXT NOT NULL, expires TEXT NOT NULL, revoked INTEGER NOT NULL
  ) STRICT;
`;

/** Refuses a database that is not ours or that a later version wrote. */
export function checkSchema(database: DatabaseSync, path: string): Stored<void> {
  const found = guarded(path, () => ({
    application: pragma(database, 'application_id'),
    version: pragma(database, 'user_version'),
  }));
  if (!found.ok) return found;
  const { application, version } = found.value;
  if (application !== applicationId) return storageRefusal('storage-foreign', path);
  if (version > schemaVersion) {
    return storageRefusal('storage-newer', path, `schema ${version}, known up to ${schemaVersion}`);
  }
  return ok(undefined);
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
