// The key on disk: complete or absent, and readable by nobody but its owner. A key that others could read
// is refused, because whoever has it can give this node's addresses away.
import { closeSync, fsyncSync, lstatSync, openSync, readFileSync, writeSync } from 'node:fs';
import { geteuid } from 'node:process';
import { ok, type Refusal, type Result, refuse } from '@hedgerow/core';
import { type AgentKey, keyFromBytes, keyToBytes } from './agentKey.ts';

/** Why a key could not be read. */
export type KeyFault = 'key-missing' | 'key-permissions' | 'key-owner' | 'key-malformed' | 'key-io';

/** An Ed25519 key takes 68 bytes; more than this is some other file. */
const maxKeyBytes = 1024;

/**
 * Writes a new key file, 0600 and durable. Never overwrites.
 * Codes: `key-exists`, `key-io`.
 */
export function writeKey(path: string, key: AgentKey): Result<void> {
  try {
    const file = openSync(path, 'wx', 0o600);
    try {
      writeSync(file, keyToBytes(key));
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    return ok(undefined);
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') {
      return refuse('key-exists', `There is a key at ${path} already. It is never overwritten.`);
    }
    return refuse('key-io', `The key could not be written to ${path}: ${message}.`);
  }
}

/** Reads a key file, and refuses one that others own or can read. */
export function loadKey(path: string): Result<AgentKey, Refusal<KeyFault>> {
  try {
    const refusal = checkKeyFile(path);
    if (refusal !== undefined) return refusal;
    const key = keyFromBytes(readFileSync(path));
    if (key !== undefined) return ok(key);
    return refuse(
      'key-malformed',
      `${path} is not an Ed25519 private key as libp2p writes it. Without its key this node cannot act ` +
        'as the member it was: restore the file, or move the state directory away and join anew.',
    );
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT') return refuse('key-missing', `There is no key at ${path}.`);
    return refuse('key-io', `The key at ${path} could not be read: ${message}.`);
  }
}

function checkKeyFile(path: string): ReturnType<typeof refuse<KeyFault>> | undefined {
  const stat = lstatSync(path);
  if (!stat.isFile() || stat.size > maxKeyBytes) {
    return refuse(
      'key-malformed',
      `${path} is not a key file: it is no regular file, or too large.`,
    );
  }
  const user = geteuid?.();
  if (user !== undefined && stat.uid !== user) {
    return refuse(
      'key-owner',
      `The key ${path} belongs to user ${stat.uid}, and this process runs as user ${user}. ` +
        `Run it as the owner, or hand the state over: chown -R ${user} on the state directory.`,
    );
  }
  if ((stat.mode & 0o077) !== 0) {
    const mode = (stat.mode & 0o777).toString(8).padStart(4, '0');
    return refuse(
      'key-permissions',
      `The key ${path} has mode ${mode}: others may have read it, and could act as this node. ` +
        `If nobody did, repair it with: chmod 600 ${path}`,
    );
  }
  return undefined;
}
