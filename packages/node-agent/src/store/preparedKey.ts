// A key that was made ahead of the member, so that a genesis can name its owner as a founder. `init` or
// `join` takes it: from then on it is the member's key, and the prepared file is gone.
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { ok, type Result } from '@hedgerow/core';
import { type AgentKey, createKey, loadKey, writeKey } from '../keys/index.ts';
import { checkUnused } from './state.ts';
import { prepareStateDirectory } from './stateDirectory.ts';

function preparedKeyPath(directory: string): string {
  return join(directory, 'prepared-key');
}

/** Makes a key for a member to be, or gives the one made before. Refuses a directory that has a member. */
export function prepareKey(directory: string): Result<AgentKey> {
  const unused = checkUnused(directory);
  if (!unused.ok) return unused;
  const prepared = prepareStateDirectory(directory);
  if (!prepared.ok) return prepared;
  const path = preparedKeyPath(directory);
  const former = loadKey(path);
  if (former.ok || former.error.code !== 'key-missing') return former;
  const key = createKey();
  const written = writeKey(path, key);
  return written.ok ? ok(key) : written;
}

/** The key to be born with: the prepared one, else a new one. */
export function birthKey(directory: string): Result<AgentKey> {
  const former = loadKey(preparedKeyPath(directory));
  return former.ok || former.error.code !== 'key-missing' ? former : ok(createKey());
}

/** The prepared key has become the member's. */
export function forgetPreparedKey(directory: string): void {
  rmSync(preparedKeyPath(directory), { force: true });
}
