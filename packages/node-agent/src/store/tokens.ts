// The join tokens that this node gave out, by id. The secret in a token is not kept here.
import type { DatabaseSync } from 'node:sqlite';
import { durably, guarded } from './database.ts';
import type { Store } from './types.ts';

/** The tokens' part of a store. */
export function tokensOf(database: DatabaseSync, path: string): Pick<Store, 'tokens' | 'putToken'> {
  return {
    tokens: () =>
      guarded(path, () =>
        database
          .prepare('SELECT id, created, expires, revoked FROM tokens ORDER BY created, id')
          .all()
          .map((row) => ({
            id: String(row['id']),
            created: String(row['created']),
            expires: String(row['expires']),
            revoked: row['revoked'] === 1,
          })),
      ),
    putToken: ({ id, created, expires, revoked }) =>
      durably(database, path, () => {
        database
          .prepare(
            'INSERT OR REPLACE INTO tokens (id, created, expires, revoked) VALUES (?, ?, ?, ?)',
          )
          .run(id, created, expires, revoked ? 1 : 0);
      }),
  };
}
