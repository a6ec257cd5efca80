// The state of one member: its key and its database, which belong together. One without the other is a
// lost state and is never taken for a fresh start: a member that forgot what it gave away would hand out
// addresses that are live elsewhere.
import { existsSync, renameSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result, refuse } from '@hedgerow/core';
import type { MemberId } from '@hedgerow/core/membership';
import { type AgentKey, loadKey, writeKey } from '../keys/index.ts';
import { createStore, syncDirectory } from './createStore.ts';
import { checkStateDirectory, prepareStateDirectory } from './stateDirectory.ts';
import { databasePath, openStore, type StoreOptions } from './store.ts';
import type { NewStore, Store } from './types.ts';

/** A member's key and its database, open. */
export interface State {
  readonly key: AgentKey;
  readonly store: Store;
}

/** The key in a state directory. */
export function keyPath(directory: string): string {
  return join(directory, 'key');
}

/** Where the key waits until the database has its name: the database is what decides. */
function draftKeyPath(directory: string, member: MemberId): string {
  return join(directory, `key.${member}.new`);
}

/** Refuses a directory that already has state, used or lost. Code: `state-used`. */
export function checkUnused(directory: string): Result<void> {
  const used = [keyPath(directory), databasePath(directory)].find((path) => existsSync(path));
  if (used === undefined) return ok(undefined);
  return refuse(
    'state-used',
    `The state directory ${directory} is in use: ${used} exists. A member is made once and keeps its ` +
      'state. Run `hedgerow agent` to go on with it, or choose another directory with --state.',
  );
}

/**
 * Makes the state of a new member. A crash at any point leaves either nothing that counts or a state that
 * `openState` opens. Creates the directory where it is missing.
 */
export function createState(directory: string, key: AgentKey, contents: NewStore): Result<void> {
  if (contents.member !== key.member) throw new Error('the register belongs to another key');
  const prepared = prepareStateDirectory(directory);
  if (!prepared.ok) return prepared;
  const unused = checkUnused(directory);
  if (!unused.ok) return unused;
  const draft = draftKeyPath(directory, key.member);
  rmSync(draft, { force: true });
  const written = writeKey(draft, key);
  const created = written.ok ? createStore(directory, contents) : written;
  if (created.ok) return finishKey(directory, key.member);
  rmSync(draft, { force: true });
  return created;
}

/** Opens the state of a member that joined before, and locks it against a second agent. */
export function openState(directory: string, options: StoreOptions = {}): Result<State> {
  const checked = checkStateDirectory(directory);
  if (!checked.ok) return checked;
  const whole = checkWhole(directory);
  if (!whole.ok) return whole;
  const store = openStore(directory, options);
  if (!store.ok) return store;
  const key = ownKey(directory, store.value.identity.member);
  if (key.ok) return ok({ key: key.value, store: store.value });
  store.value.close();
  return key;
}

function checkWhole(directory: string): Result<void> {
  const hasDatabase = existsSync(databasePath(directory));
  const hasKey = existsSync(keyPath(directory));
  if (hasDatabase) return ok(undefined);
  if (!hasKey) {
    return refuse(
      'state-missing',
      `There is no member in ${directory} yet. Start a cluster with \`hedgerow init\`, or enter one with ` +
        '`hedgerow join TOKEN`.',
    );
  }
  return refuse(
    'state-lost',
    `${directory} has a key but no database: what this member owned and gave away is lost, so it cannot ` +
      'act any more. Do not restore an old copy of the database: that hands out addresses twice. Move ' +
      'the directory away and join again: the node becomes a new member.',
  );
}

function ownKey(directory: string, member: MemberId): Result<AgentKey> {
  if (!existsSync(keyPath(directory)) && existsSync(draftKeyPath(directory, member))) {
    const finished = finishKey(directory, member);
    if (!finished.ok) return finished;
  }
  const key = loadKey(keyPath(directory));
  if (!key.ok && key.error.code === 'key-missing') {
    return refuse(
      'state-lost',
      `${directory} has a database but no key: without it this node cannot act as member ${member}. ` +
        `Restore the file ${keyPath(directory)} (a key never changes, so any copy will do), or move the ` +
        'directory away and join again as a new member.',
    );
  }
  if (!key.ok || key.value.member === member) return key;
  return refuse(
    'state-mixed',
    `The key in ${directory} is that of ${key.value.member}, and the database belongs to ${member}. ` +
      'Put the files of one member together; nothing was changed.',
  );
}

function finishKey(directory: string, member: MemberId): Result<void> {
  try {
    renameSync(draftKeyPath(directory, member), keyPath(directory));
    syncDirectory(directory);
    return ok(undefined);
  } catch (error) {
    return refuse('state-io', `The key could not be put in place: ${(error as Error).message}.`);
  }
}
