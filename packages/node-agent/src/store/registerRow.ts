// The member's own register on disk. It alone says what this node owns, so it carries a sum: a flipped bit
// is a refusal to start and never another address.
import type { DatabaseSync } from 'node:sqlite';
import { ok } from '@hedgerow/core';
import type { MemberId } from '@hedgerow/core/membership';
import type { Versioned } from '@hedgerow/core/register';
import { guarded, type Stored, storageRefusal } from './database.ts';
import { toText, versionedFromText } from './registerText.ts';

/** One member's row in the table of registers. */
export interface RegisterRow {
  load(): Stored<Versioned>;
  /** Inside a transaction. */
  write(value: Versioned): void;
}

/** The row of this member. */
export function registerRow(database: DatabaseSync, path: string, member: MemberId): RegisterRow {
  const corrupt = (detail: string): Stored<never> =>
    storageRefusal('storage-corrupt', path, `register of ${member}: ${detail}`);
  return {
    load: () => {
      const found = guarded(path, () =>
        database.prepare('SELECT value, sum FROM register WHERE member = ?').get(member),
      );
      if (!found.ok) return found;
      if (found.value === undefined) return corrupt('missing');
      const { value, sum } = found.value;
      const parsed = versionedFromText({ text: String(value), sum: String(sum) });
      return parsed.ok ? ok(parsed.value) : corrupt(parsed.error.message);
    },
    write: (value) => {
      const { text, sum } = toText(value);
      database
        .prepare('INSERT OR REPLACE INTO register (member, value, sum) VALUES (?, ?, ?)')
        .run(member, text, sum);
    },
  };
}
