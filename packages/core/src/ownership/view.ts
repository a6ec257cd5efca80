// The ownership map as a pure function of the set of records, kept incrementally. Adding never takes
// anything back: what is active stays active, what is void stays void, a dispute stays. So the result
// does not depend on the order in which records come, and one more costs only what it touches.
import { type Cidr, covers, parsePrefix } from '../address/index.ts';
import type { MemberId, NetworkId } from '../membership/types.ts';
import { Changes, ownershipOf } from './changes.ts';
import { Equivocations, equivocates } from './equivocations.ts';
import { claimsOf } from './lineage.ts';
import { piecesOf } from './owned.ts';
import type { Partition, RecordState } from './partition.ts';
import { Placement } from './placement.ts';
import { partitionsOf } from './pools.ts';
import { type Certified, Records } from './records.ts';
import type {
  Dispute,
  Ownership,
  OwnershipView,
  RecordBody,
  RecordId,
  RecordKind,
  RecordStatus,
  SignedRecord,
  ViewChange,
} from './types.ts';
import { viewBytes } from './viewBytes.ts';

export interface ViewOptions {
  readonly network: NetworkId;
  /** Records that are active from the start: the genesis document's. They must not overlap. */
  readonly roots: readonly RecordBody[];
  /**
   * Whose register the votes beside a `reclaim` or `take-back` are of. What it answers once it must answer for
   * ever; where it answered nothing it may answer later, and `recheck` asks again. Without it those kinds are void.
   */
  readonly certified?: Certified;
}

/** A view of the roots alone. Throws on roots that overlap or belong to another network. */
export function createView(options: ViewOptions): OwnershipView {
  return new View(options);
}

class View implements OwnershipView {
  readonly pools: readonly string[];
  private readonly network: NetworkId;
  private readonly partitions: ReadonlyMap<string, Partition>;
  private readonly records: Records;
  private readonly equivocations = new Equivocations();
  /** Made when asked for, dropped when a record of that pool becomes active: asked far more often. */
  private readonly sharesOf = new Map<string, ReadonlyMap<MemberId, bigint>>();

  constructor({ network, roots, certified }: ViewOptions) {
    this.network = network;
    this.partitions = partitionsOf(roots);
    this.pools = [...this.partitions.keys()];
    this.records = new Records(network, this.partitions, certified);
    for (const body of roots) {
      const root = this.records.addRoot(body);
      const { suspicious } = new Placement(root, root.prefix, undefined);
      if (suspicious) throw new Error(`two roots own addresses of ${body.prefix}`);
    }
  }

  add(record: SignedRecord): ViewChange {
    const changes = new Changes();
    this.records.add(record, (state) => this.activate(state, changes));
    return changes.result();
  }

  recheck(): ViewChange {
    const changes = new Changes();
    this.records.recheck((state) => this.activate(state, changes));
    return changes.result();
  }

  assess(record: SignedRecord): 'active' | 'pending' | 'void' | 'disputed' {
    const preview = this.records.preview(record);
    if (preview === 'void') return 'void';
    const { state, verdict } = preview;
    if (verdict !== 'active') return verdict;
    const claims = claimsOf(state) ?? [];
    const usual = claims.every(({ parent, region }) => {
      return state.partition.isUndisputed(region, state.standing === 'active' ? undefined : parent);
    });
    return !usual && equivocates(state, claims) ? 'disputed' : 'active';
  }

  lookup(pool: string, prefix: Cidr): Ownership | undefined {
    const partition = this.partitions.get(pool);
    const wanted = parsePrefix(prefix);
    if (partition === undefined || !wanted.ok) return undefined;
    if (!covers(partition.base, wanted.value)) return undefined;
    const piece = partition.pieceAround(wanted.value);
    return piece === undefined ? undefined : ownershipOf(pool, piece);
  }

  *ownedBy(owner: MemberId): Generator<Ownership, void> {
    const known = this.records.owner(owner);
    if (known !== undefined) yield* piecesOf(known);
  }

  *pieces(pool: string): Generator<Ownership, void> {
    const partition = this.partitions.get(pool);
    if (partition === undefined) return;
    for (const piece of partition.piecesWithin(partition.base)) yield ownershipOf(pool, piece);
  }

  shares(pool: string): ReadonlyMap<MemberId, bigint> {
    let shares = this.sharesOf.get(pool);
    if (shares === undefined) {
      const sizes = this.partitions.get(pool)?.shares ?? [];
      shares = new Map(Array.from(sizes, ([owner, size]) => [owner.member, size]));
      this.sharesOf.set(pool, shares);
    }
    return shares;
  }

  status(id: RecordId): RecordStatus | undefined {
    const state = this.records.get(id);
    if (state === undefined || state === 'void') return state;
    return state.standing === 'active' && state.pieces === 0 ? 'dominated' : state.standing;
  }

  kindOf(id: RecordId): RecordKind | undefined {
    const state = this.records.get(id);
    return state === undefined || state === 'void' ? undefined : state.kind;
  }

  isVouched(record: SignedRecord): boolean {
    return this.records.isVouched(record);
  }

  disputes(): readonly Dispute[] {
    return this.equivocations.list();
  }

  canonicalBytes(): Uint8Array {
    return viewBytes(this.network, this);
  }

  private activate(state: RecordState, changes: Changes): void {
    const claims = claimsOf(state) ?? [];
    this.sharesOf.delete(state.partition.pool);
    const suspects = new Set<RecordState>();
    for (const { parent, region } of claims) {
      const placement = new Placement(state, region, parent);
      changes.relabelled(state.partition, placement.changed);
      if (placement.suspicious) suspects.add(parent);
    }
    changes.disputed(this.equivocations.note(state, claims, suspects));
  }
}
