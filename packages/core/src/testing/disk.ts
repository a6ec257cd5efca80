/**
 * The database of one node: transactions that are whole or absent, with their history, so that faults
 * can take it back to any earlier state.
 */
import type { Input } from '../cluster/contract/index.ts';
import type { Estate } from '../estate/types.ts';
import type { AcceptorRecord } from '../register/judge.ts';
import type { Versioned } from '../register/types.ts';
import type { Update } from '../replica/types.ts';

/** A state that the database once had. */
export interface Snapshot {
  /** The register as it was. */
  readonly register: Versioned;
  /** How many updates were stored. */
  readonly updates: number;
  /** Registers of others that were kept, by owner and epoch. */
  readonly acceptors: ReadonlyMap<string, AcceptorRecord<Estate>>;
  /** Boot nonces of starts since the one in the register. */
  readonly attempted: readonly string[];
  /** Notes on the run directory. */
  readonly notes: ReadonlyMap<string, string>;
}

/** The name under which the number of the last note stands: `number boot`. */
export const notesNumber = 'block notes';

/** Starts whose nonces are remembered: as the agent does it. */
const mostNonces = 1000;

/** What a node keeps: its register and the updates of the replicated set. */
export class Disk {
  /** The register as it is stored now. */
  register: Versioned;
  /** Drawn when the database was made: another one after a loss. */
  storeId: string;
  /** Stored updates, oldest first. */
  updates: Update[];
  /** How many of them are surely on the platter: a crash may lose what was only `keep` since. */
  flushed: number;
  /** Registers that are kept here, by owner and epoch. A new map for each change. */
  acceptors: ReadonlyMap<string, AcceptorRecord<Estate>> = new Map();
  /** Boot nonces that starts were about to write. */
  attempted: readonly string[] = [];
  /** What the agent notes of its run directory, by name. A new map for each change. */
  notes: ReadonlyMap<string, string> = new Map();
  /** Every write fails while this is set. */
  isFull = false;
  /** One state for each register write, oldest first. */
  readonly history: Snapshot[] = [];

  /** A new database with this register and these updates. */
  constructor(register: Versioned, storeId: string, updates: readonly Update[] = []) {
    this.register = register;
    this.storeId = storeId;
    this.updates = [...updates];
    this.flushed = updates.length;
    this.remember();
  }

  /** Notes the nonce of a start before it is used; returns those of the starts before. */
  attempt(bootNonce: string): readonly string[] {
    const nonces = [this.register.estate.bootNonce, ...this.attempted];
    this.attempted = [...this.attempted.slice(-mostNonces), bootNonce];
    return nonces;
  }

  /** @internal What a start reads from here. */
  startInput(bootNonce: string): Extract<Input, { type: 'start' }> {
    const nonces = this.attempt(bootNonce);
    const acceptors = [...this.acceptors.values()];
    return { type: 'start', register: this.register, bootNonce, nonces, acceptors };
  }

  /** A register that is kept here. */
  commitAcceptor(record: AcceptorRecord<Estate>): void {
    const next = new Map(this.acceptors);
    this.acceptors = next.set(`${record.owner} ${record.set.epoch}`, record);
    this.remember();
  }

  /** Replaces all notes on the run directory, durably; false when the disk refuses. */
  setNotes(notes: ReadonlyMap<string, string>): boolean {
    if (!this.isFull) this.notes = notes;
    return !this.isFull;
  }

  private remember(): void {
    const { register, updates, acceptors, attempted, notes } = this;
    this.history.push({ register, updates: updates.length, acceptors, attempted, notes });
  }

  /** One durable transaction. Everything kept before it is durable with it. */
  commit(register: Versioned | undefined, update: Update | undefined): void {
    if (update !== undefined) this.updates.push(update);
    this.flushed = this.updates.length;
    if (register === undefined) return;
    this.register = register;
    this.remember();
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

  /** Writes since the register of this node is kept by others: before that, a disk that goes back is not survived. */
  get guardedWrites(): number {
    const first = this.history.findIndex(({ register }) => register.estate.guardians.epoch > 1);
    return first < 0 ? 0 : this.history.length - 1 - first;
  }

  /** Writes since this node first wrote a boot nonce: a state from before has never run. */
  get bootedWrites(): number {
    const first = this.history.findIndex(({ register }) => register.estate.bootNonce !== '');
    return first < 0 ? 0 : this.history.length - 1 - first;
  }

  /** Updates that it would still have if it went back by so many writes. */
  updatesBefore(writes: number): readonly Update[] {
    const at = Math.max(0, this.history.length - 1 - writes);
    return this.updates.slice(0, this.history[at]?.updates ?? 0);
  }

  /** True where it would still have a note of the same boot if it went back by so many writes. */
  keepsNotes(writes: number): boolean {
    const at = Math.max(0, this.history.length - 1 - writes);
    return bootOf(this.notes) === bootOf(this.history[at]?.notes ?? new Map());
  }

  /** Registers kept here whose latest state would be gone if it went back by this many writes. */
  forgottenBy(writes: number): readonly AcceptorRecord<Estate>[] {
    const at = Math.max(0, this.history.length - 1 - writes);
    const before = this.history[at]?.acceptors;
    return [...this.acceptors].flatMap(([key, record]) =>
      before?.get(key) === record ? [] : [record],
    );
  }

  /** Goes back by this many register writes, at most to the first state. */
  rollBack(writes: number): void {
    const at = Math.max(0, this.history.length - 1 - writes);
    const { register, updates, acceptors, attempted, notes } = this.history[at] as Snapshot;
    this.acceptors = acceptors;
    this.attempted = attempted;
    this.notes = notes;
    this.history.length = at + 1;
    this.register = register;
    this.updates.length = Math.min(updates, this.updates.length);
    this.flushed = this.updates.length;
  }

  /** Everything is lost; a new database is made. */
  wipe(estate: Estate, storeId: string): void {
    const ballot = { counter: 0, proposer: estate.member, bootNonce: '' };
    this.register = { ballot, estate };
    this.storeId = storeId;
    this.updates = [];
    this.flushed = 0;
    this.history.length = 0;
    this.acceptors = new Map();
    this.attempted = [];
    this.notes = new Map();
    this.remember();
  }

  /** An image of this disk. */
  copy(): Disk {
    const copy = new Disk(this.register, this.storeId, this.updates);
    copy.acceptors = this.acceptors;
    copy.attempted = this.attempted;
    copy.notes = this.notes;
    return copy;
  }
}

/** The boot that notes are of, as the number of the last one says it; undefined: there are none. */
function bootOf(notes: ReadonlyMap<string, string>): string | undefined {
  return notes.get(notesNumber)?.split(' ')[1];
}
