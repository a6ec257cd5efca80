// The view by its definition: from scratch, address by address, every record against every other. The
// yardstick for the incremental view; for pools of a few addresses only.
import {
  type Address,
  addressAt,
  contains,
  formatPrefix,
  halves,
  type Prefix,
  prefixOf,
  sizeNumber,
} from '@hedgerow/core/address';
import type { MemberId } from '@hedgerow/core/membership';
import {
  type Ownership,
  type RecordBody,
  type RecordId,
  recordId,
  type SignedRecord,
  type ViewOptions,
} from '@hedgerow/core/ownership';

/** A record of the set: its body, and all that was seen beside it. */
interface Known {
  readonly id: RecordId;
  readonly body: RecordBody;
  readonly prefix: Prefix;
  /** Who signed it, or whose guardians vouch for it. */
  readonly writers: Set<MemberId>;
}

/** What holds at one address. */
export interface AddressState {
  readonly top: Known;
  readonly disputed: boolean;
  /** Groups of records with one parent here, two or more each. */
  readonly forks: readonly (readonly RecordId[])[];
}

export class NaiveView {
  private readonly options: ViewOptions;
  private readonly known = new Map<RecordId, Known>();
  private readonly roots = new Set<RecordId>();
  private readonly standings = new Map<RecordId, 'active' | 'pending' | 'void'>();

  constructor(options: ViewOptions, records: readonly SignedRecord[]) {
    this.options = options;
    for (const body of options.roots) this.roots.add(this.learn(body).id);
    for (const record of records) {
      const known = this.learn(record.body);
      const { kind } = record.body;
      const certificate = kind === 'reclaim' || kind === 'take-back';
      const writer = certificate ? options.certified?.(record) : record.writer;
      if (writer !== undefined) known.writers.add(writer);
    }
  }

  standing(id: RecordId): 'active' | 'pending' | 'void' | undefined {
    const known = this.known.get(id);
    if (known === undefined) return undefined;
    const standing = this.standings.get(id) ?? this.judge(known);
    this.standings.set(id, standing);
    return standing;
  }

  /** Undefined where nobody owns the address. */
  at(pool: string, address: Address): AddressState | undefined {
    const here = [...this.known.values()].filter(
      ({ id, body, prefix }) =>
        body.pool === pool && contains(prefix, address) && this.standing(id) === 'active',
    );
    const children = new Map<RecordId | undefined, RecordId[]>();
    for (const record of here) {
      const parent = this.parent(record, address)?.id;
      children.set(parent, [...(children.get(parent) ?? []), record.id]);
    }
    const forks = [...children.values()].filter((group) => group.length > 1);
    const top = here.sort(byRank)[0];
    return top && { top, disputed: forks.length > 0, forks };
  }

  /** Maximal pieces inside a prefix, in address order. */
  pieces(pool: string, within: Prefix): readonly Ownership[] {
    const states = [...addressesOf(within)].map((address) => this.at(pool, address));
    const [first] = states;
    const uniform = states.every(
      (state) => state?.top === first?.top && state?.disputed === first?.disputed,
    );
    if (!uniform) return (halves(within) ?? []).flatMap((half) => this.pieces(pool, half));
    if (first === undefined) return [];
    const { id: record, body } = first.top;
    const { version, owner } = body;
    const { disputed } = first;
    return [{ pool, prefix: formatPrefix(within), version, owner, record, disputed }];
  }

  /** Of several pools with the prefix around each. */
  allPieces(bases: ReadonlyMap<string, Prefix>): readonly Ownership[] {
    return [...bases].flatMap(([pool, base]) => this.pieces(pool, base));
  }

  private learn(body: RecordBody): Known {
    const id = recordId(body);
    const known = this.known.get(id) ?? {
      id,
      body,
      prefix: prefixOf(body.prefix),
      writers: new Set(),
    };
    this.known.set(id, known);
    return known;
  }

  private parent(record: Known, address: Address): Known | undefined {
    const predecessors = record.body.predecessors.flatMap((id) => this.known.get(id) ?? []);
    return predecessors.filter(({ prefix }) => contains(prefix, address)).sort(byRank)[0];
  }

  private judge(record: Known): 'active' | 'pending' | 'void' {
    const { kind, network, pool, predecessors } = record.body;
    if (this.roots.has(record.id)) return 'active';
    const certificate = kind === 'reclaim' || kind === 'take-back';
    if (kind === 'genesis' || kind === 'pool' || network !== this.options.network) return 'void';
    if (certificate && this.options.certified === undefined) return 'void';
    if (predecessors.length === 0) return 'void';
    if (!this.options.roots.some((root) => root.pool === pool)) return 'void';
    const standings = predecessors.map((id) => this.standing(id));
    if (standings.includes('void')) return 'void';
    if (standings.includes(undefined)) return 'pending';
    if (this.breaksRule(record)) return 'void';
    if (standings.includes('pending')) return 'pending';
    const giver = this.known.get(predecessors[0] as RecordId)?.body.owner as MemberId;
    return record.writers.has(giver) ? 'active' : 'pending';
  }

  private breaksRule(record: Known): boolean {
    const { kind, pool, owner, version } = record.body;
    const bodies = record.body.predecessors.map((id) => (this.known.get(id) as Known).body);
    const givers = new Set(bodies.map((body) => body.owner));
    return (
      givers.size !== 1 ||
      bodies.some((body) => body.pool !== pool) ||
      version !== Math.max(...bodies.map((body) => body.version)) + 1 ||
      (kind === 'coalesce' && !givers.has(owner)) ||
      [...addressesOf(record.prefix)].some((address) => !this.parent(record, address))
    );
  }
}

/** All addresses of a small prefix as prefixes of one address. */
export function addressesOf(prefix: Prefix): readonly Address[] {
  return Array.from(
    { length: sizeNumber(prefix) },
    (_, offset) => addressAt(prefix, offset) as Address,
  );
}

/** Higher version first, then smaller id. */
function byRank(a: Known, b: Known): number {
  return b.body.version - a.body.version || (a.id < b.id ? -1 : 1);
}
