// What the databases of nodes that do not run say: their registers, which alone count.

import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { addressAt, formatAddress, overlaps, prefixOf, sizeNumber } from '@hedgerow/core/address';
import type { Estate } from '@hedgerow/core/estate';

/** The estate in the register. The database must be free. */
export function readEstate(stateDir: string): Estate {
  const database = new DatabaseSync(join(stateDir, 'hedgerow.db'));
  try {
    const row = database.prepare('SELECT value FROM register').get();
    return JSON.parse(String(row?.['value'])).estate;
  } finally {
    database.close();
  }
}

/** How many estates own each address of the pool, grants that can still be delivered included. */
export function countOwners(estates: readonly Estate[], pool: string): ReadonlyMap<string, number> {
  const owners = new Map(addressesOf(pool).map((address) => [address, 0]));
  for (const { member, holdings, outbox } of estates) {
    const under = outbox.filter(({ to, counter }) => {
      const recipient = estates.find((estate) => estate.member === to);
      return (recipient?.in[member] ?? 0) < counter;
    });
    const owned = [...holdings, ...under.map(({ record }) => record.body)];
    for (const address of owned.flatMap(({ prefix }) => addressesOf(prefix))) {
      owners.set(address, (owners.get(address) ?? 0) + 1);
    }
  }
  return owners;
}

function addressesOf(cidr: string): readonly string[] {
  const prefix = prefixOf(cidr);
  return Array.from({ length: sizeNumber(prefix) }, (_, at) =>
    formatAddress(addressAt(prefix, at) ?? prefix),
  );
}

/** How far a donor's grants had come. */
export type Phase = 'nothing under way' | 'granted, not accepted' | 'accepted, not acknowledged';

/** Judges a donor's outbox by what the recipient holds. */
export function phaseOf(outbox: readonly string[], held: readonly string[]): Phase {
  if (outbox.length === 0) return 'nothing under way';
  const isHeld = (prefix: string): boolean =>
    held.some((other) => overlaps(prefixOf(other), prefixOf(prefix)));
  return outbox.every(isHeld) ? 'accepted, not acknowledged' : 'granted, not accepted';
}
