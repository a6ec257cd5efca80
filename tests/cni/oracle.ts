// Knows nothing but what was asked of a node and answered, and says what is wrong with what lies there.

import { nodeFiles } from '@hedgerow/cni';
import { formatAddress } from '@hedgerow/core/address';
import { listEntries, ownerOf } from '@hedgerow/core/claims';
import { addressesOf, type Ran } from './callPlugin.ts';
import type { Deed } from './deed.ts';
import type { RunDirectory } from './runDirectory.ts';

export interface Oracle {
  /** A container was answered these addresses: nothing may free them from now on. */
  keep(id: string, addresses: readonly string[]): void;
  /** The runtime forgets a container. */
  lose(id: string): void;
  /** A call begins, which a DEL counts from. */
  begins(deed: Deed): void;
  ended(deed: Deed, ran: Ran): void;
  /** Two calls of it at once, which the specification forbids: it may lose what it was answered. */
  contest(id: string): void;
  isContested(id: string): boolean;
  /** What containers were answered and nothing may free. */
  live(): ReadonlyMap<string, readonly string[]>;
  /** Containers that are being added. */
  adding(): ReadonlySet<string>;
  /** An address given twice, one freed that was answered. Empty when nothing is wrong. */
  wrongs(): readonly string[];
}

export function createOracle(run: RunDirectory): Oracle {
  const live = new Map<string, readonly string[]>();
  // An ADD that a DEL of the same attachment overtakes may answer what that DEL has freed or goes on to free.
  const adding = new Set<string>();
  const contested = new Set<string>();
  const oracle: Oracle = {
    keep(id, addresses) {
      if (!contested.has(id)) live.set(id, addresses);
    },
    lose: (id) => void live.delete(id),
    begins(deed) {
      const [verb, id = ''] = deed.split(' ');
      if (verb === 'ADD') adding.add(id);
      if (verb === 'late') for (const one of adding) if (!live.has(one)) oracle.contest(one);
      if (verb !== 'DEL') return;
      live.delete(id);
      adding.delete(id);
    },
    ended(deed, ran) {
      const [verb, id = ''] = deed.split(' ');
      if (verb !== 'ADD') return;
      if (ran.status === 0 && adding.has(id)) oracle.keep(id, addressesOf(ran));
      adding.delete(id);
    },
    contest(id) {
      contested.add(id);
      live.delete(id);
    },
    isContested: (id) => contested.has(id),
    live: () => live,
    adding: () => adding,
    wrongs: () => wrongs(run, live),
  };
  return oracle;
}

function wrongs(run: RunDirectory, live: ReadonlyMap<string, readonly string[]>): string[] {
  const held = new Map<string, string[]>();
  for (const entry of listEntries(nodeFiles, run.place)) {
    const owner = ownerOf(nodeFiles, run.place, entry)?.containerId;
    if (owner === undefined) continue;
    const address = formatAddress(entry.address);
    held.set(address, [...(held.get(address) ?? []), owner]);
  }
  const found = [...held].flatMap(([address, owners]) =>
    owners.length > 1 ? [`${address} belongs to ${owners.join(' and ')}`] : [],
  );
  for (const [id, addresses] of live)
    for (const address of addresses)
      if (!held.get(address)?.includes(id)) found.push(`${address} of ${id} was freed`);
  const all = [...live.values()].flat();
  if (new Set(all).size !== all.length) found.push(`answered twice: ${all.join(', ')}`);
  return found;
}
