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
import type { Place, Replica, Update } from '../replica/types.ts';
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
  private isNew = true;

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
    const { view, registers } = replica;
    const ledger = { view, registers };
    const others = placesInLedger(updates).map(({ id }) => id);
    const next = others.length === 0 ? ledger : this.ledgerOf(durable, disk);
    this.kept = durable.replica.reopened(durable.snapshot, next);
    this.known = durable.updates;
    if (others.length > 0) this.spare = { ledger, updates: durable.updates, others };
  }

  /** The replica of the next process. */
  open(disk: Disk): Replica {
    const replica = this.kept ?? this.load(disk);
    // A process that was killed just after a write has not heard of it, the next one reads it.
    for (const update of disk.updates.slice(this.known)) replica.receive(update);
    this.kept = undefined;
    this.known = disk.updates.length;
    return replica;
  }

  /** Reads the disk. What a node begins with goes into a spare ledger too, before anything is measured. */
  private load(disk: Disk): Replica {
    if (this.isNew) {
      const ledger = this.source.ledger();
      for (const { entry } of placesInLedger(disk.updates)) enter(ledger, entry);
      this.spare = { ledger, updates: disk.updates.length, others: [] };
      this.isNew = false;
    }
    this.known = disk.updates.length;
    return this.source.load(disk);
  }

  /** The disk is another one now. */
  forget(): void {
    this.kept = undefined;
    this.durable = undefined;
    this.spare = undefined;
  }

  /** The spare ledger, if everything that it has seen is durable, or a new one, with what is durable. */
  private ledgerOf({ snapshot, updates }: Durable, disk: Disk): Ledger {
    const isUsable = this.spare?.others.every((id) => snapshot.has(id)) === true;
    const spare = isUsable ? this.spare : undefined;
    const ledger = spare?.ledger ?? this.source.ledger();
    const missing = disk.updates.slice(spare?.updates ?? 0, updates);
    for (const { entry } of placesInLedger(missing)) enter(ledger, entry);
    return ledger;
  }
}

/** Places of records and proofs. What members say of themselves is in no ledger. */
function placesInLedger(updates: readonly Update[]): readonly Place[] {
  return updates.flatMap((update) =>
    update instanceof Uint8Array
      ? []
      : update.places.filter(({ entry }) => entry.type !== 'member'),
  );
}
