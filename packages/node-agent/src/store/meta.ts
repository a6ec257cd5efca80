// Whose store this is: written with the database, never changed.
import { randomBytes } from 'node:crypto';
import type { DatabaseSync } from 'node:sqlite';
import { ok } from '@hedgerow/core';
import { z } from 'zod';
import { guarded, type Stored, storageRefusal } from './database.ts';
import type { StoreIdentity } from './types.ts';

/** Bytes of a pre-shared key of libp2p private networks. */
export const pskLength = 32;

const bytes = z.instanceof(Uint8Array);
const shape = z.object({
  store: z.string(),
  member: z.string(),
  network: z.string(),
  genesis: bytes,
  psk: bytes.refine((key) => key.length === pskLength, 'not 32 bytes'),
  bootstrap: z.string().transform((text) => z.array(z.string()).parse(JSON.parse(text))),
});

/** Writes the identity with a fresh store id; part of the transaction that lays the tables. */
export function writeMeta(database: DatabaseSync, identity: StoreIdentity): void {
  const { member, network, genesis, psk, bootstrap } = identity;
  const insert = database.prepare('INSERT INTO meta (name, value) VALUES (?, ?)');
  insert.run('store', randomBytes(16).toString('hex'));
  insert.run('member', member);
  insert.run('network', network);
  insert.run('genesis', genesis);
  insert.run('psk', psk);
  insert.run('bootstrap', JSON.stringify(bootstrap));
}

/** The identity, or a refusal when a part is missing or misshapen. */
export function readMeta(
  database: DatabaseSync,
  path: string,
): Stored<{ readonly storeId: string; readonly identity: StoreIdentity }> {
  const rows = guarded(path, () => database.prepare('SELECT name, value FROM meta').all());
  if (!rows.ok) return rows;
  const plain = Object.fromEntries(rows.value.map((row) => [String(row['name']), row['value']]));
  try {
    const { store, ...identity } = shape.parse(plain);
    return ok({ storeId: store, identity });
  } catch {
    return storageRefusal('storage-corrupt', path, 'table meta');
  }
}
