// The half of a replica that does not depend on its encoding.
import type { MemberBody, MemberId } from '../membership/types.ts';
import type { OwnershipView, RecordId, SignedEntry } from '../ownership/index.ts';
import type { RegisterBook } from '../register/types.ts';
import type { Refusal } from '../result.ts';
import type { Accepted, ReplicaCore } from './core.ts';
import { defaultDiffBytes, maxUpdateBytes, maxUpdateEntries } from './limits.ts';
import type { Place, Portion, Received, Replica, Update, Vector } from './types.ts';

/** Everything but the encoding of updates and vectors, and the gate. */
export abstract class CoreReplica implements Replica {
  protected readonly core: ReplicaCore;

  protected constructor(core: ReplicaCore) {
    this.core = core;
  }

  get view(): OwnershipView {
    return this.core.set.ledger.view;
  }

  get registers(): RegisterBook {
    return this.core.set.ledger.registers;
  }

  get members(): ReadonlyMap<MemberId, MemberBody> {
    return this.core.set.members;
  }

  get size(): number {
    return this.core.set.size;
  }

  has(id: RecordId): boolean {
    return this.core.set.has(id);
  }

  get(id: RecordId): SignedEntry | undefined {
    return this.core.set.get(id);
  }

  prepare(entries: readonly SignedEntry[]): Update | undefined {
    return this.core.prepare(entries);
  }

  republish(ids: Iterable<RecordId>): Update | undefined {
    return this.core.republish(ids);
  }

  abandon(): void {
    this.core.outgoing.abandon();
  }

  abstract receive(update: Update): Received;

  hash(): string {
    return this.core.set.hash();
  }

  vector(): Vector {
    return this.writeVector(this.core.log.vector());
  }

  diff(vector: Vector, maxBytes?: number): Update | undefined {
    return this.portion(vector, maxBytes)?.update;
  }

  portion(vector: Vector, maxBytes: number = defaultDiffBytes): Portion | undefined {
    const next = this.readVector(vector);
    if (next === undefined) return undefined;
    const { log } = this.core;
    const places = this.firstWithin(log.missing(next), maxBytes);
    if (places.length === 0) return undefined;
    return { update: this.write(places), more: places.length < log.countMissing(next) };
  }

  lacks(vector: Vector): boolean {
    const next = this.readVector(vector);
    return next !== undefined && this.core.log.lacks(next);
  }

  sliceHash(prefix: string): string {
    return this.core.set.sliceHash(prefix);
  }

  ids(prefix: string = ''): readonly RecordId[] {
    return this.core.set.ids(prefix);
  }

  /** The leading places that one update can hold; at least one, or a large entry could never travel. */
  protected firstWithin(places: Iterable<Place>, maxBytes: number): Place[] {
    const most = Math.min(maxBytes, maxUpdateBytes);
    const first: Place[] = [];
    let bytes = 0;
    for (const place of places) {
      bytes += this.sizeOf(place);
      if (first.length > 0 && (bytes > most || first.length === maxUpdateEntries)) break;
      first.push(place);
    }
    return first;
  }

  /** Bytes that an accepted place adds to an update, at most. */
  protected abstract sizeOf(place: Place): number;
  /** The update of accepted places, in the order of `Log.missing`. */
  protected abstract write(places: readonly Place[]): Update;
  protected abstract writeVector(next: ReadonlyMap<number, number>): Vector;
  /** Undefined when the vector is malformed or of another kind of replica. */
  protected abstract readVector(vector: Vector): ReadonlyMap<number, number> | undefined;
}

/** The answer when an update was refused whole. */
export function refusedWhole(refused: Refusal<'invalid'>): Received {
  return { added: [], change: { changed: [], disputes: [] }, update: undefined, refused };
}

/** The answer when places were taken into account; `update` holds those that were new. */
export function receivedOf(accepted: Accepted, update: Update | undefined): Received {
  const { places: _, ...rest } = accepted;
  return { ...rest, update };
}
