/**
 * Which routes a node wants: for each remote prefix the node address of its owner, in the same family.
 * A pure function of the ownership view and the members' announcements.
 *
 * Neighbouring pieces of one owner are joined, so that the kernel holds as few routes as the map allows.
 */

import { isIP } from 'node:net';
import { formatPrefix, mergePrefixes, type Prefix, prefixOf } from '@hedgerow/core/address';
import type { MemberBody, MemberId } from '@hedgerow/core/membership';
import type { OwnershipView } from '@hedgerow/core/ownership';

/** One route: `prefix` is reached over `via`, an address of the same family. Canonical text. */
export interface Route {
  readonly prefix: string;
  readonly via: string;
}

/** A prefix of an owner that no route can be made for, and why. */
export interface Unroutable {
  readonly prefix: string;
  readonly owner: MemberId;
  readonly reason: string;
}

/** What the node wants in the kernel. */
export interface DesiredRoutes {
  readonly routes: readonly Route[];
  readonly unroutable: readonly Unroutable[];
}

/** Routes to everything that members other than `self` own. */
export function desiredRoutes(
  view: Pick<OwnershipView, 'pools' | 'pieces'>,
  members: ReadonlyMap<MemberId, Pick<MemberBody, 'nodeAddresses'>>,
  self: MemberId,
): DesiredRoutes {
  const routes: Route[] = [];
  const unroutable: Unroutable[] = [];
  for (const [owner, pieces] of remotePieces(view, self)) {
    const addresses = members.get(owner)?.nodeAddresses ?? [];
    for (const prefix of mergePrefixes(pieces)) {
      const text = formatPrefix(prefix);
      const via = addresses.find((address) => isIP(address) === prefix.family);
      if (via !== undefined) routes.push({ prefix: text, via });
      else unroutable.push({ prefix: text, owner, reason: noAddress(owner, prefix.family) });
    }
  }
  return { routes, unroutable };
}

function remotePieces(
  view: Pick<OwnershipView, 'pools' | 'pieces'>,
  self: MemberId,
): ReadonlyMap<MemberId, readonly Prefix[]> {
  const byOwner = new Map<MemberId, Prefix[]>();
  for (const pool of view.pools) {
    for (const { prefix, owner } of view.pieces(pool)) {
      if (owner === self) continue;
      const pieces = byOwner.get(owner);
      if (pieces === undefined) byOwner.set(owner, [prefixOf(prefix)]);
      else pieces.push(prefixOf(prefix));
    }
  }
  return byOwner;
}

function noAddress(owner: MemberId, family: 4 | 6): string {
  return `${owner} told no IPv${family} address of its host`;
}
