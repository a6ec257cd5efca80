/**
 * The set that a process has in memory, across restarts: what `open` gives is what reading all stored
 * updates again would give, at the price of what was lost instead of all there is.
 *
 * A plain replica shares its log and its set with older states of itself. Its ledger does not, but it is a
 * function of the set alone: the one of the process before can be used again once the disk has everything
 * that this ledger has seen. Other kinds of replicas are read again.
 */
import type { RecordId } from '../ownership/types.ts';
import { enter, type Ledger } from '../replica/ledger.ts';
import { PlainReplica, type PlainSnapshot } from '../replica/plainReplica.ts';
import type { Replica, Update } from '../replica/types.ts';
import type { Disk } from './disk.ts';

/** What a replica had when it had the first so many updates of a disk. */
interface Durable {
  readonly replica: PlainReplica;
  readonly snapshot: PlainSnapshot;
  readonly updates: number;
}

/** A ledger with the entries of the first so many updates, and of these other entries. */
interface Spare {
  readonly ledger: Ledger;
  readonly updates: number;
  readonly others: readonly RecordId[];
}

/** Makes what a restart cannot take from memory. */
export interface ReplicaSource {
  ledger(): Ledger;
  /** A replica that has read everything on the disk. */
  load(disk: Disk): Replica;
}

/** See the module: one for each node. */
export class ReplicaMemory {
  /** Restarts that found less on the disk than the process before had seen. */
  losses = 0;
  private readonly source: ReplicaSource;
  private kept: Replica | undefined;
  /** The replica of the running process, or `kept`, has at least so many updates of the disk. */
  private known = 0;
  private durable: Durable | undefined;
  private spare: Spare | undefined;

  constructor(source: ReplicaSource) {
    this.source = source;
  }

  /** A write became durable, and with it everything that this replica of the running process has. */
  committed(replica: Replica, updates: number): void {
    this.known = updates;
    if (!(replica instanceof PlainReplica)) return;
    this.durable = { replica, snapshot: replica.snapshot(), updates };
  }

  /** The process ended, and nothing that it had stored is lost. */
  ended(replica: Replica): void {
    this.kept = replica;
  }

  /** The process ended, and the disk lost these updates. */
  lost(replica: Replica, disk: Disk, updates: readonly Update[]): void {
    this.losses += 1;
    const { durable } = this;
    if (durable === undefined || durable.updates > disk.updates.length) return this.forget();
    const { snapshot } = durable;
    const spare = this.usable(snapshot) ?? { ledger: this.source.ledger(), updates: 0 };
    for (const update of disk.updates.slice(spare.updates, durable.updates)) {
      for (const { entry } of placesOf(update)) enter(spare.ledger, entry);
    }
    this.kept = durable.replica.reopened(snapshot, spare.ledger);
    this.known = durable.updates;
    const { view, registers } = replica;
    const others = updates.flatMap((update) => placesOf(update).map(({ id }) => id));
    this.spare = { ledger: { view, registers }, updates: durable.updates, others };
  }

  /** The replica of the next process. */
  open(disk: Disk): Replica {
    const replica = this.kept ?? this.source.load(disk);
    // A process that was killed just after a write has not heard of it, the next one reads it.
    if (this.kept !== undefined) {
      for (const update of disk.updates.slice(this.known)) replica.receive(update);
    }
    this.kept = undefined;
    this.known = disk.updates.length;
    return replica;
  }

  /** The disk is another one now. */
  forget(): void {
    this.kept = undefined;
    this.durable = undefined;
    this.spare = undefined;
  }

  /** The spare ledger, if everything that it has seen is in this set. */
  private usable(snapshot: PlainSnapshot): Spare | undefined {
    return this.spare?.others.every((id) => snapshot.has(id)) ? this.spare : undefined;
  }
}

function placesOf(update: Update) {
  return update instanceof Uint8Array ? [] : update.places;
}
