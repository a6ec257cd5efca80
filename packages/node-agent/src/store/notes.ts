// Small named texts that must survive a crash: what this boot published, what was about to be withdrawn.
import type { DatabaseSync } from 'node:sqlite';
import { durably, guarded } from './database.ts';
import type { Store } from './types.ts';

/** The notes' part of a store. */
export function notesOf(
  database: DatabaseSync,
  path: string,
): Pick<Store, 'note' | 'notes' | 'putNotes'> {
  const one = database.prepare('SELECT value FROM notes WHERE name = ?');
  const some = database.prepare(
    'SELECT name, value FROM notes WHERE substr(name, 1, length(?1)) = ?1 ORDER BY name',
  );
  const put = database.prepare('INSERT OR REPLACE INTO notes (name, value) VALUES (?, ?)');
  const drop = database.prepare('DELETE FROM notes WHERE name = ?');
  return {
    note: (name) =>
      guarded(path, () => {
        const value = one.get(name)?.['value'];
        return value === undefined ? undefined : String(value);
      }),
    notes: (prefix) =>
      guarded(
        path,
        () => new Map(some.all(prefix).map((row) => [String(row['name']), String(row['value'])])),
      ),
    putNotes: (notes) =>
      durably(database, path, () => {
        for (const [name, value] of Object.entries(notes)) {
          if (value === undefined) drop.run(name);
          else put.run(name, value);
        }
      }),
  };
}
