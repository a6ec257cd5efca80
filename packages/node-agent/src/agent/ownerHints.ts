/**
 * Tells plugins which node has which addresses, for their messages: large pieces first, rewritten soon after
 * the map changed, and never more often than its cost allows.
 */
import { type Prefix, prefixOf } from '@hedgerow/core/address';
import type { OwnerHint } from '@hedgerow/core/claims';
import type { MemberBody, MemberId } from '@hedgerow/core/membership';
import type { Ownership, OwnershipView } from '@hedgerow/core/ownership';
import type { Parts } from './parts.ts';

/** Most lines of a file. */
const maxHints = 4096;
const minPauseMs = 1000;
/** A file that took long to write is written less often: at most this share of the time goes into it. */
const costShare = 0.02;

/** The writer. */
export interface OwnerHints {
  /** The map or a name changed. */
  changed(): void;
  stop(): void;
}

/** Writes nothing before the first change. */
export function createOwnerHints(parts: Parts): OwnerHints {
  let timer: NodeJS.Timeout | undefined;
  let pauseMs = 0;
  function write(): void {
    timer = undefined;
    const startMs = performance.now();
    const { view, members } = parts.env.replica;
    for (const { name } of parts.genesis.pools) {
      parts.runDirectory.setOwners(name, ownerHints(view, name, members, parts.state.key.member));
    }
    pauseMs = Math.max(minPauseMs, (performance.now() - startMs) / costShare);
  }
  return {
    changed: () => {
      timer ??= setTimeout(write, pauseMs);
    },
    stop: () => clearTimeout(timer),
  };
}

/** The pieces of others, largest first. */
export function ownerHints(
  view: Pick<OwnershipView, 'pieces'>,
  pool: string,
  members: ReadonlyMap<MemberId, Pick<MemberBody, 'name'>>,
  self: MemberId,
): readonly OwnerHint[] {
  const byLength = new Map<number, Ownership[]>();
  for (const piece of view.pieces(pool)) {
    if (piece.owner === self) continue;
    const length = Number(piece.prefix.slice(piece.prefix.lastIndexOf('/') + 1));
    const same = byLength.get(length);
    if (same === undefined) byLength.set(length, [piece]);
    else if (same.length < maxHints) same.push(piece);
  }
  const sizes = [...byLength].sort(([a], [b]) => a - b);
  return sizes
    .flatMap(([, pieces]) => pieces)
    .slice(0, maxHints)
    .map(({ prefix, owner }) => hint(prefixOf(prefix), owner, members));
}

function hint(
  prefix: Prefix,
  owner: MemberId,
  members: ReadonlyMap<MemberId, Pick<MemberBody, 'name'>>,
): OwnerHint {
  return { prefix, name: members.get(owner)?.name || owner };
}
