import type { Estate } from '@hedgerow/core/estate';
import type { MemberId, NetworkId } from '@hedgerow/core/membership';
import type { AcceptorRecord, Versioned } from '@hedgerow/core/register';
import type { Stored } from './database.ts';

/** What a store is born with and keeps: never changed afterwards. */
export interface StoreIdentity {
  readonly member: MemberId;
  readonly network: NetworkId;
  /** Canonical bytes of the genesis. */
  readonly genesis: Uint8Array;
  /** Pre-shared key of the cluster's connections, 32 bytes. */
  readonly psk: Uint8Array;
  /** Multiaddrs to dial when no member is known yet. */
  readonly bootstrap: readonly string[];
}

/** All that `init` or `join` puts into a new store, in one transaction. */
export interface NewStore extends StoreIdentity {
  readonly register: Versioned;
  readonly updates: readonly Uint8Array[];
}

/** What one durable write contains. */
export interface Write {
  readonly register?: Versioned;
  readonly updates?: readonly Uint8Array[];
}

/** A join token that this node gave out. Times are ISO 8601, UTC. */
export interface TokenRow {
  readonly id: string;
  readonly created: string;
  readonly expires: string;
  readonly revoked: boolean;
}

/**
 * The database of one node, open in this process alone. Every write is on the disk when the call returns;
 * a write that is refused changed nothing.
 */
export interface Store {
  /** 32 hex digits, random, made with the database: a new database is a new store. */
  readonly storeId: string;
  readonly identity: StoreIdentity;
  /** The member's own register, checked against its sum. */
  loadRegister(): Stored<Versioned>;
  /** The registers that are kept here for their owners, each checked against its sum. */
  loadAcceptors(): Stored<readonly AcceptorRecord<Estate>[]>;
  /** One of them, by owner and epoch. Throws when its promise goes back: our bug. */
  persistAcceptor(record: AcceptorRecord<Estate>): Stored<void>;
  /** All updates of the replicated set, oldest first. */
  loadUpdates(): Stored<readonly Uint8Array[]>;
  /** Register and/or updates in one transaction. Throws when the register's counter goes back: our bug. */
  persist(write: Write): Stored<void>;
  /** Updates that came from others. */
  appendUpdates(updates: readonly Uint8Array[]): Stored<void>;
  /** How long the log of updates is since it was compacted last. */
  updateLog(): { readonly count: number; readonly bytes: number };
  /** True when the log has grown enough to be worth `compact`. */
  worthCompacting(): boolean;
  /** Replaces the log by these updates, which must contain all that the log contains. */
  compact(whole: readonly Uint8Array[]): Stored<void>;
  /** A note, or undefined. */
  note(name: string): Stored<string | undefined>;
  /** Notes whose names start with this, by name. */
  notes(prefix: string): Stored<ReadonlyMap<string, string>>;
  /** Sets notes, or removes those that are undefined, in one transaction. */
  putNotes(notes: Readonly<Record<string, string | undefined>>): Stored<void>;
  tokens(): Stored<readonly TokenRow[]>;
  /** Adds a token or replaces the one with this id. */
  putToken(token: TokenRow): Stored<void>;
  /** Gives the lock back. Nothing may be called afterwards. */
  close(): void;
}
