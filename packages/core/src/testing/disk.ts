/**
 * The database of one node: transactions that are whole or absent, with their history, so that faults
 * can take it back to any earlier state.
 */
import type { Estate } from '../estate/types.ts';
import type { Versioned } from '../register/types.ts';
import type { Update } from '../replica/types.ts';

/** A state that the database once had. */
export interface Snapshot {
  /** The register as it was. */
  readonly register: Versioned;
  /** How many updates were stored. */
  readonly updates: number;
}

/** What a node keeps: its register and the updates of the replicated set. */
export class Disk {
  /** The register as it is stored now. */
  register: Versioned;
  /** Drawn when the database was made: another one after a loss. */
  storeId: string;
  /** Stored updates, oldest first. */
  updates: Update[] = [];
  /** How many of them are surely on the platter: a crash may lose what was only `keep` since. */
  flushed = 0;
  /** Every write fails while this is set. */
  isFull = false;
  /** One state for each register write, oldest first. */
  readonly history: Snapshot[] = [];

  /** A new database with this register and no updates. */
  constructor(register: Versioned, storeId: string) {
    this.register = register;
    this.storeId = storeId;
    this.history.push({ register, updates: 0 });
  }

  /** One durable transaction. Everything kept before it is durable with it. */
  commit(register: Versioned | undefined, update: Update | undefined): void {
    if (update !== undefined) this.updates.push(update);
    this.flushed = this.updates.length;
    if (register === undefined) return;
    this.register = register;
    this.history.push({ register, updates: this.updates.length });
  }

  /** Stores without waiting for the platter. */
  keep(update: Update): void {
    this.updates.push(update);
  }

  /** The machine lost power: returns updates that were only kept and are gone. */
  crash(losesKept: boolean): readonly Update[] {
    const lost = losesKept ? this.updates.splice(this.flushed) : [];
    this.flushed = this.updates.length;
    return lost;
  }

  /** Goes back by this many register writes, at most to the first state. */
  rollBack(writes: number): void {
    const at = Math.max(0, this.history.length - 1 - writes);
    const { register, updates } = this.history[at] as Snapshot;
    this.history.length = at + 1;
    this.register = register;
    this.updates.length = updates;
    this.flushed = updates;
  }

  /** Everything is lost; a new database is made. */
  wipe(estate: Estate, storeId: string): void {
    const ballot = { counter: 0, proposer: estate.member, bootNonce: '' };
    this.register = { ballot, estate };
    this.storeId = storeId;
    this.updates = [];
    this.flushed = 0;
    this.history.length = 0;
    this.history.push({ register: this.register, updates: 0 });
  }

  /** An image of this disk. */
  copy(): Disk {
    const copy = new Disk(this.register, this.storeId);
    copy.updates = [...this.updates];
    copy.flushed = copy.updates.length;
    return copy;
  }
}
