// What the database looks like. `PRAGMA user_version` counts schemas, `application_id` says it is ours.
import type { DatabaseSync } from 'node:sqlite';
import { ok } from '@hedgerow/core';
import { durably, guarded, type Stored, storageRefusal } from './database.ts';

/** The schema this program writes. */
export const schemaVersion = 2;

/** "HEDG". */
const applicationId = 0x48454447;

/** Registers that are kept for others, as JSON with the SHA-256 of that text; rows are never deleted. */
const acceptors = `
  CREATE TABLE acceptors (
    owner TEXT NOT NULL, epoch INTEGER NOT NULL, value TEXT NOT NULL, sum TEXT NOT NULL,
    PRIMARY KEY (owner, epoch)
  ) STRICT;
`;

/** What makes the next schema out of each older one. */
const migrations: Readonly<Record<number, string>> = { 1: acceptors };

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
  ${acceptors}
`;

/**
 * Refuses a database that is not ours or that a later version wrote. One of an earlier version is brought up
 * to date, in one transaction: afterwards only this version and later ones open it.
 */
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
  return version === schemaVersion ? ok(undefined) : migrate(database, path, version);
}

function migrate(database: DatabaseSync, path: string, from: number): Stored<void> {
  if (migrations[from] === undefined) {
    return storageRefusal('storage-corrupt', path, `schema ${from}`);
  }
  return durably(database, path, () => {
    for (let version = from; version < schemaVersion; version++) {
      database.exec(migrations[version] as string);
    }
    database.exec(`PRAGMA user_version = ${schemaVersion}`);
  });
}

function pragma(database: DatabaseSync, name: string): number {
  return Number(database.prepare(`PRAGMA ${name}`).get()?.[name]);
}
