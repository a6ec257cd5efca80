/**
 * Who keeps a register, by the size and the spread of the cluster.
 *
 * Guarantees: the choice depends on the set of members alone, not on their order; a member that comes or
 * goes changes at most what it must (highest random weight, Thaler and Ravishankar 1998).
 */
import { sha256Hex, utf8 } from '../crypto/bytes.ts';
import type { Guardian } from '../estate/types.ts';
import type { MemberId } from '../membership/types.ts';

/** A member that may become a guardian. */
export interface Candidate extends Guardian {
  /** Failure domain, or '' for unknown. */
  readonly zone: string;
}

/** Zones and members from which registers are spread over zones. */
const manyZones = 3;
const manyMembers = 7;

/**
 * The guardians that `self` should have. `members` are all that count: admitted, not left, not forgotten,
 * `self` among them. 1 or 2: itself. 3 and 4: all. From 5: four others, at most two of one zone where the
 * others allow it. From 7 in 3 zones: six others, two a zone.
 */
export function chooseGuardians(
  members: readonly Candidate[],
  self: MemberId,
  seed: string = self,
): readonly Guardian[] {
  const others = ranked(
    members.filter(({ member }) => member !== self),
    seed,
  );
  if (members.length < 3) return named(members.filter(({ member }) => member === self));
  if (members.length < 5) return named(members);
  const zoned = others.filter(({ zone }) => zone !== '');
  const spread = spreadOver(zoned, members);
  return named(spread ?? pickFour(others));
}

/** Six, two in each of the three zones that weigh most; undefined where there are no such zones. */
function spreadOver(
  others: readonly Candidate[],
  members: readonly Candidate[],
): readonly Candidate[] | undefined {
  const zones = new Map<string, Candidate[]>();
  for (const each of others) zones.set(each.zone, [...(zones.get(each.zone) ?? []), each]);
  const large = [...zones.values()].filter((zone) => zone.length >= 2).slice(0, manyZones);
  if (members.length < manyMembers || large.length < manyZones) return undefined;
  return large.flatMap((zone) => zone.slice(0, 2));
}

/** Four of highest weight, one a zone first, then two, then as it comes. */
function pickFour(others: readonly Candidate[]): readonly Candidate[] {
  const picked: Candidate[] = [];
  for (const most of [1, 2, others.length]) {
    for (const each of others) {
      if (picked.length === 4) return picked;
      const inZone = picked.filter(({ zone }) => zone === each.zone && zone !== '').length;
      if (!picked.includes(each) && inZone < most) picked.push(each);
    }
  }
  return picked;
}

/** Highest weight first. */
function ranked(members: readonly Candidate[], seed: string): readonly Candidate[] {
  const heavy = members.map((each) => ({ each, weight: weightOf(seed, each.member) }));
  heavy.sort((a, b) => (a.weight < b.weight ? 1 : -1));
  return heavy.map(({ each }) => each);
}

/** Weights that were worked out: the same few are asked for whenever a member comes or goes. */
const weights = new Map<string, Map<MemberId, string>>();
const mostWeights = 1 << 16;
let weighed = 0;

function weightOf(seed: string, member: MemberId): string {
  const known = weights.get(seed)?.get(member);
  if (known !== undefined) return known;
  const weight = sha256Hex(utf8(`hedgerow/guardian/1\n${seed}\n${member}`));
  if (weighed >= mostWeights) {
    weights.clear();
    weighed = 0;
  }
  weighed += 1;
  weights.set(seed, (weights.get(seed) ?? new Map<MemberId, string>()).set(member, weight));
  return weight;
}

function named(members: readonly Candidate[]): readonly Guardian[] {
  return members
    .map(({ member, store }) => ({ member, store }))
    .sort((a, b) => (a.member < b.member ? -1 : 1));
}
