// What this replica publishes: entries get the next places of our own client as soon as they are prepared,
// so updates under way never meet. A place is given out once; only `abandon` takes places back.
import type { RecordId, SignedEntry } from '../ownership/index.ts';
import type { Log } from './log.ts';
import type { Place, Update } from './types.ts';

/** How a kind of replica makes updates and keeps places. */
export interface Packer {
  /** Our own client. */
  readonly client: number;
  /** The entry's id. An entry that a gate would refuse is our own bug, and throws. */
  idOf(entry: SignedEntry): RecordId;
  /** What to hold on to of an accepted place: itself, or something smaller that finds the entry again. */
  keep(place: Place): Place;
  /** One update of entries at consecutive clocks from `clock`, as many as its bounds allow, at least one. */
  pack(clock: number, entries: ReadonlyMap<RecordId, SignedEntry>): Prepared;
}

/** An update of our own and what it holds. */
export interface Prepared {
  readonly update: Update;
  readonly places: readonly Place[];
}

interface Waiting extends Prepared {
  /** Ids of the entries asked for: more than the places when they exceeded one update. */
  readonly asked: readonly RecordId[];
}

/** Prepared updates that were not received yet, oldest first. */
export class Outgoing {
  readonly #packer: Packer;
  readonly #log: Log;
  #waiting: Waiting[] = [];

  constructor(packer: Packer, log: Log) {
    this.#packer = packer;
    this.#log = log;
  }

  /** The copy of a replica takes over what the original has under way. */
  static copy(other: Outgoing, log: Log): Outgoing {
    const outgoing = new Outgoing(other.#packer, log);
    outgoing.#waiting = [...other.#waiting];
    return outgoing;
  }

  /** An update that places these entries. The same entries while one is under way: that same update. */
  prepare(entries: ReadonlyMap<RecordId, SignedEntry>): Update | undefined {
    if (entries.size === 0) return undefined;
    const asked = [...entries.keys()];
    const same = this.#waiting.find((other) => equalIds(other.asked, asked));
    if (same !== undefined) return same.update;
    const last = this.#waiting.at(-1)?.places.at(-1)?.clock ?? -1;
    const clock = Math.max(last + 1, this.#log.next(this.#packer.client));
    const prepared = this.#packer.pack(clock, entries);
    this.#waiting.push({ ...prepared, asked });
    return prepared.update;
  }

  /** The places in an update that was prepared here: they need no gate. */
  placesOf(update: Update): readonly Place[] | undefined {
    return this.#waiting.find((prepared) => prepared.update === update)?.places;
  }

  /** Forgets what has become part of the log, or lost its places to entries that came from others. */
  settle(): void {
    const next = this.#log.next(this.#packer.client);
    this.#waiting = this.#waiting.filter(({ places }) => (places[0]?.clock ?? 0) >= next);
  }

  /** Gives back all places that are under way. */
  abandon(): void {
    this.#waiting = [];
  }
}

function equalIds(one: readonly RecordId[], other: readonly RecordId[]): boolean {
  return one.length === other.length && one.every((id, at) => id === other[at]);
}
