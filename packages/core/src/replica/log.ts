// Who published what at which place. First come stays: a place never changes its entry, and a log has no
// holes. Two replicas whose logs agree on every place have the same set; the reverse need not hold.
import type { Place } from './types.ts';

/** A publisher's places. The array may be shared with copies that go on; only `length` of it are ours. */
interface Run {
  places: Place[];
  length: number;
}

/** What offering a place came to. */
export type Offer = 'new' | 'known' | 'gap' | 'taken';

/** The logs of all publishers. */
export class Log {
  readonly #runs = new Map<number, Run>();
  /** Made when asked for, dropped when a place is added. */
  #vector: ReadonlyMap<number, number> | undefined;

  /** An independent log with the same places. O(publishers): the places themselves are shared. */
  static copy(other: Log): Log {
    const log = new Log();
    for (const [client, run] of other.#runs) log.#runs.set(client, { ...run });
    return log;
  }

  /** The first clock of this publisher that is missing: 0 for an unknown one. */
  next(client: number): number {
    return this.#runs.get(client)?.length ?? 0;
  }

  /** Appends a place that follows, and says so ('new'); leaves everything as it is otherwise. */
  offer(place: Place): Offer {
    const run = this.#runs.get(place.client) ?? { places: [], length: 0 };
    if (place.clock > run.length) return 'gap';
    if (place.clock < run.length) {
      return run.places[place.clock]?.id === place.id ? 'known' : 'taken';
    }
    if (run.places.length > run.length) run.places = run.places.slice(0, run.length);
    this.#vector = undefined;
    run.places.push(place);
    run.length += 1;
    this.#runs.set(place.client, run);
    return 'new';
  }

  /** For each publisher the first missing clock, as it is now. */
  vector(): ReadonlyMap<number, number> {
    this.#vector ??= new Map(Array.from(this.#runs, ([client, run]) => [client, run.length]));
    return this.#vector;
  }

  /** Places at or after a vector: publishers from high to low as Yjs writes them, clocks in order. */
  *missing(vector: ReadonlyMap<number, number>): Generator<Place> {
    const behind: [number, Run][] = [];
    for (const each of this.#runs)
      if (each[1].length > (vector.get(each[0]) ?? 0)) behind.push(each);
    behind.sort(([one], [other]) => other - one);
    for (const [client, { places, length }] of behind) {
      for (let clock = vector.get(client) ?? 0; clock < length; clock += 1) {
        yield places[clock] as Place;
      }
    }
  }

  /** How many places are at or after a vector. */
  countMissing(vector: ReadonlyMap<number, number>): number {
    let count = 0;
    for (const [client, { length }] of this.#runs) {
      count += Math.max(0, length - (vector.get(client) ?? 0));
    }
    return count;
  }

  /** True when the vector names a place that is missing here. */
  lacks(vector: ReadonlyMap<number, number>): boolean {
    for (const [client, next] of vector) if (next > this.next(client)) return true;
    return false;
  }
}
