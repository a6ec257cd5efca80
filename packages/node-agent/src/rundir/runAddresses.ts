/** What the run directory knows of single addresses, and what an operator may do with them. */
import type { Result } from '@hedgerow/core';
import { type Files, type OwnerHint, type RunPlace, writeOwners } from '@hedgerow/core/claims';
import type { Namespaces } from '../leaks/index.ts';
import type { AddressHolder, AddressReport, ReleaseReport } from '../report/index.ts';
import { listAddresses } from './addresses.ts';
import { type AddressPlace, holderOf, releaseHeld } from './holder.ts';

/** Questions about addresses, and the one thing that changes them. */
export interface RunAddresses {
  /** All addresses held on this node, in order. */
  addresses(): readonly AddressReport[];
  /** Who holds this address here. */
  holder(at: AddressPlace): AddressHolder | undefined;
  /** Frees what holds this address. Refusals: see `releaseHeld`. */
  release(at: AddressPlace, isForced: boolean): Result<ReleaseReport>;
  /** Replaces the hints of a pool: who has what, for messages of plugins. Best effort. */
  setOwners(pool: string, owners: Iterable<OwnerHint>): void;
}

export function createRunAddresses(
  files: Files,
  place: RunPlace,
  namespaces: Namespaces,
): RunAddresses {
  return {
    addresses: () => listAddresses(files, place),
    holder: (at) => holderOf(files, place, namespaces, at),
    release: (at, isForced) => releaseHeld(files, place, namespaces, at, isForced),
    setOwners: (pool, owners) => {
      writeOwners(files, place, pool, owners);
    },
  };
}
