// Which records gave away the same addresses out of one predecessor. What a predecessor's followers
// claim is only listed once two of them may overlap: honest owners never pay for it.
import { comparePrefix, formatPrefix } from '../address/index.ts';
import { ClaimList, type Overlap } from './claimList.ts';
import { type Claim, claimsOf } from './lineage.ts';
import type { RecordState } from './partition.ts';
import type { Dispute } from './types.ts';

/** Two followers of one record that claim the same addresses. */
interface Fork extends Overlap<RecordState> {
  readonly parent: RecordState;
}

export class Equivocations {
  /** Predecessors with overlapping claims. */
  private readonly forked = new Set<RecordState>();
  private listed: readonly Dispute[] | undefined = [];

  /**
   * A record is about to become active. `suspects` are those of its predecessors out of which others may
   * have claimed the same. Returns one proof for each outermost part where they did.
   */
  note(
    record: RecordState,
    claims: readonly Claim[],
    suspects: ReadonlySet<RecordState>,
  ): readonly Dispute[] {
    const found: Dispute[] = [];
    for (const { parent, region } of claims) {
      if (parent.claims === undefined && !suspects.has(parent)) continue;
      const list = claimsOn(parent);
      for (const overlap of list.against(region, record)) {
        this.forked.add(parent);
        found.push(disputeOf({ ...overlap, parent }));
      }
      list.add(region, record);
    }
    if (found.length > 0) this.listed = undefined;
    return found;
  }

  /** All proofs, by pool, prefix and ids: a function of the set of active records alone. */
  list(): readonly Dispute[] {
    this.listed ??= [...this.forked].flatMap(forksUnder).sort(compareForks).map(disputeOf);
    return this.listed;
  }
}

/** True when other active records claim some of the same addresses out of one predecessor. */
export function equivocates(record: RecordState, claims: readonly Claim[]): boolean {
  return claims.some(({ parent, region }) => claimsOn(parent).against(region, record).length > 0);
}

/** What active records claim out of this one. */
function claimsOn(parent: RecordState): ClaimList<RecordState> {
  if (parent.claims !== undefined) return parent.claims;
  const claims = parent.followers
    .filter((each) => each.standing === 'active')
    .flatMap((record) => {
      const own = (claimsOf(record) ?? []).filter((claim) => claim.parent === parent);
      return own.map(({ region }) => ({ region, record }));
    });
  parent.claims = new ClaimList(claims);
  return parent.claims;
}

function forksUnder(parent: RecordState): readonly Fork[] {
  return [...claimsOn(parent).overlaps()].map((overlap) => ({ ...overlap, parent }));
}

function disputeOf({ parent, region, records: [a, b] }: Fork): Dispute {
  return {
    pool: parent.partition.pool,
    prefix: formatPrefix(region),
    records: [a.id, b.id],
    signer: parent.owner.member,
  };
}

function compareForks(a: Fork, b: Fork): number {
  return (
    compareText(a.parent.partition.pool, b.parent.partition.pool) ||
    comparePrefix(a.region, b.region) ||
    compareText(a.records[0].id, b.records[0].id) ||
    compareText(a.records[1].id, b.records[1].id)
  );
}

/** Order of code units: the same everywhere, unlike a locale's. */
export function compareText(a: string, b: string): number {
  if (a === b) return 0;
  return a < b ? -1 : 1;
}
