// The registers that this store keeps as a guardian, one row for each owner and epoch. An answer that rests
// on a row may have left long ago: no row is ever deleted, and no promise in one ever goes back.
import type { DatabaseSync } from 'node:sqlite';
import { ok } from '@hedgerow/core';
import type { Estate } from '@hedgerow/core/estate';
import { type AcceptorRecord, type Ballot, compareBallots } from '@hedgerow/core/register';
import { durably, guarded, type Stored, storageRefusal } from './database.ts';
import { acceptorFromText, toText } from './registerText.ts';
import type { Store } from './types.ts';

type Rows = Pick<Store, 'loadAcceptors' | 'persistAcceptor'>;

/** The acceptors' part of a store. All rows are checked now. */
export function acceptorRows(database: DatabaseSync, path: string): Stored<Rows> {
  const loadAcceptors = (): Stored<readonly AcceptorRecord<Estate>[]> => load(database, path);
  const loaded = loadAcceptors();
  if (!loaded.ok) return loaded;
  const promises = new Map<string, Ballot>(
    loaded.value.map((record) => [keyOf(record), record.promised]),
  );
  return ok({
    loadAcceptors,
    persistAcceptor: (record) => {
      const before = promises.get(keyOf(record));
      if (before !== undefined && compareBallots(record.promised, before) < 0) {
        throw new Error(`the promise for ${keyOf(record)} went back below ${before.counter}`);
      }
      const { text, sum } = toText(record);
      const stored = durably(database, path, () => {
        database
          .prepare(
            'INSERT OR REPLACE INTO acceptors (owner, epoch, value, sum) VALUES (?, ?, ?, ?)',
          )
          .run(record.owner, record.set.epoch, text, sum);
      });
      if (stored.ok) promises.set(keyOf(record), record.promised);
      return stored;
    },
  });
}

function load(database: DatabaseSync, path: string): Stored<readonly AcceptorRecord<Estate>[]> {
  const rows = guarded(path, () =>
    database.prepare('SELECT owner, epoch, value, sum FROM acceptors ORDER BY owner, epoch').all(),
  );
  if (!rows.ok) return rows;
  const corrupt = (detail: string): Stored<never> =>
    storageRefusal('storage-corrupt', path, `kept register of ${detail}`);
  const records: AcceptorRecord<Estate>[] = [];
  for (const { owner, epoch, value, sum } of rows.value) {
    const key = `${owner} in epoch ${epoch}`;
    const parsed = acceptorFromText({ text: String(value), sum: String(sum) });
    if (!parsed.ok) return corrupt(`${key}: ${parsed.error.message}`);
    if (keyOf(parsed.value) !== key) return corrupt(`${key}: the row has another register`);
    records.push(parsed.value);
  }
  return ok(records);
}

function keyOf({ owner, set }: AcceptorRecord<Estate>): string {
  return `${owner} in epoch ${set.epoch}`;
}
