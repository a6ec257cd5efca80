// The rules of lineage. All of them depend on a record and its predecessors only, never on what else is
// known, so every view reaches the same verdict in whatever order records come.
import { covers, halves, overlaps } from '../address/index.ts';
import type { Prefix } from '../address/types.ts';
import { beats, type RecordState } from './partition.ts';

/** The part of a record's prefix that it takes out of one predecessor. */
export interface Claim {
  readonly parent: RecordState;
  readonly region: Prefix;
}

/**
 * Which predecessor each address of a record comes from: the one with the highest version that contains
 * it. The regions are disjoint and in address order; undefined when some address comes from nowhere.
 */
export function claimsOf(record: RecordState): readonly Claim[] | undefined {
  const candidates = [...record.predecessors].sort((a, b) => (beats(a, b) ? -1 : 1));
  const claims: Claim[] = [];
  return collectClaims(record.prefix, candidates, claims) ? claims : undefined;
}

function collectClaims(
  region: Prefix,
  candidates: readonly RecordState[],
  claims: Claim[],
): boolean {
  const near = candidates.filter((each) => overlaps(each.prefix, region));
  const parent = near[0];
  if (parent === undefined) return false;
  if (covers(parent.prefix, region)) {
    claims.push({ parent, region });
    return true;
  }
  return (halves(region) ?? []).every((half) => collectClaims(half, near, claims));
}

/** True when the record keeps the rules that its body and those of all its predecessors can break. */
export function keepsRules(record: RecordState): boolean {
  const { predecessors, owner, partition, kind } = record;
  const [first] = predecessors;
  if (first === undefined) return false;
  const giver = first.owner;
  let highest = 0;
  for (const each of predecessors) {
    if (each.owner !== giver || each.partition !== partition) return false;
    highest = Math.max(highest, each.version);
  }
  if (record.version !== highest + 1) return false;
  if (kind === 'coalesce' && owner !== giver) return false;
  return claimsOf(record) !== undefined;
}

/** True when the kind stands on guardians' votes instead of the owner's signature. */
export function needsCertificate(kind: RecordState['kind']): boolean {
  return kind === 'reclaim' || kind === 'take-back';
}

/**
 * True when the owner of its predecessors wrote this record, or that owner's guardians vouch for it: a
 * register vouches for what its own owner had, never for what others have.
 */
export function isAuthorised(record: RecordState): boolean {
  const giver = record.predecessors[0]?.owner.member;
  return giver !== undefined && record.writers.includes(giver);
}
