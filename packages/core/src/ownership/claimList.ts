// Which records claim which part of one predecessor. Two prefixes are disjoint or nested, so the regions
// form a forest: kept as one array in address order, an outer region before those inside it.
import { comparePrefix, covers, enclosingPrefix } from '../address/index.ts';
import type { Prefix } from '../address/types.ts';
import type { RecordId } from './types.ts';

/** What claims: compared by reference, ordered by id. */
interface Claimant {
  readonly id: RecordId;
}

/** One region and the records that claim exactly it, by id. */
interface Entry<R> {
  readonly region: Prefix;
  readonly records: R[];
}

/** Two records that claim the same addresses. */
export interface Overlap<R> {
  readonly region: Prefix;
  readonly records: readonly [R, R];
}

export class ClaimList<R extends Claimant> {
  private readonly entries: Entry<R>[] = [];

  /** Builds the list at once: many single insertions would move the array many times. */
  constructor(claims: readonly { readonly region: Prefix; readonly record: R }[]) {
    const sorted = [...claims].sort(
      (a, b) => comparePrefix(a.region, b.region) || (a.record.id < b.record.id ? -1 : 1),
    );
    for (const { region, record } of sorted) {
      const last = this.entries.at(-1);
      if (last !== undefined && comparePrefix(last.region, region) === 0) last.records.push(record);
      else this.entries.push({ region, records: [record] });
    }
  }

  add(region: Prefix, record: R): void {
    const at = this.lowerBound(region);
    const entry = this.entries[at];
    if (entry === undefined || comparePrefix(entry.region, region) !== 0) {
      this.entries.splice(at, 0, { region, records: [record] });
      return;
    }
    const place = entry.records.findIndex((each) => record.id < each.id);
    entry.records.splice(place < 0 ? entry.records.length : place, 0, record);
  }

  /** Where others claim addresses of this region: one proof for each outermost part. */
  against(region: Prefix, record: R): Overlap<R>[] {
    for (let length = 0; length <= region.length; length += 1) {
      const other = this.other(enclosingPrefix(region, length), record);
      if (other !== undefined) return [{ region, records: pair(record, other) }];
    }
    return this.inside(region, record);
  }

  /**
   * All overlaps, each record of an equivocation in one at least. A function of the claims alone: the
   * smallest id of the nearest outer region, or of the same one, stands against each other record.
   */
  *overlaps(): Iterable<Overlap<R>> {
    const around: Entry<R>[] = [];
    for (const entry of this.entries) {
      while (around.length > 0 && !covers((around.at(-1) as Entry<R>).region, entry.region)) {
        around.pop();
      }
      const outer = around.at(-1)?.records[0];
      const against = outer ?? (entry.records[0] as R);
      for (const record of entry.records) {
        if (record !== against) yield { region: entry.region, records: pair(against, record) };
      }
      around.push(entry);
    }
  }

  private inside(region: Prefix, record: R): Overlap<R>[] {
    const found: Overlap<R>[] = [];
    let outermost: Prefix | undefined;
    for (let at = this.lowerBound(region); at < this.entries.length; at += 1) {
      const entry = this.entries[at] as Entry<R>;
      if (!covers(region, entry.region)) break;
      if (outermost !== undefined && covers(outermost, entry.region)) continue;
      const other = entry.records.find((each) => each !== record);
      if (other === undefined) continue;
      outermost = entry.region;
      found.push({ region: entry.region, records: pair(record, other) });
    }
    return found;
  }

  private other(region: Prefix, record: R): R | undefined {
    const entry = this.entries[this.lowerBound(region)];
    if (entry === undefined || comparePrefix(entry.region, region) !== 0) return undefined;
    return entry.records.find((each) => each !== record);
  }

  /** Index of the first region that is not before this one. */
  private lowerBound(region: Prefix): number {
    let low = 0;
    let high = this.entries.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (comparePrefix((this.entries[middle] as Entry<R>).region, region) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function pair<R extends Claimant>(a: R, b: R): readonly [R, R] {
  return a.id < b.id ? [a, b] : [b, a];
}
