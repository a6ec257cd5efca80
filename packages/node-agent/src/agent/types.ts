/** The agent as a library has it. */
import type { Result } from '@hedgerow/core';
import type { Alarm, ClusterEvent, Tuning } from '@hedgerow/core/cluster';
import type { MemberBody, MemberId, NetworkId } from '@hedgerow/core/membership';
import type { SignedRecord } from '@hedgerow/core/ownership';
import type {
  AddressDetail,
  AddressReport,
  ForgetReport,
  GcReport,
  LeaveReport,
  MapReport,
  ReleaseReport,
  Status,
} from '../report/index.ts';
import type { Log } from './log.ts';
import type { MachineIds } from './machine.ts';

/** What `createAgent` takes. Everything but the state directory has a default. */
export interface AgentOptions {
  /** Key, genesis, database. Made by `initCluster` or `joinCluster`. */
  readonly stateDir: string;
  /** What CNI plugins read. Default `/run/hedgerow`. */
  readonly runDir?: string;
  /** Multiaddrs. Default `/ip4/0.0.0.0/tcp/4710`. */
  readonly listen?: readonly string[];
  /** Multiaddrs that others dial. Default: what we listen on, with the addresses of the interfaces. */
  readonly advertise?: readonly string[];
  /** Multiaddrs of members to dial, beside those that are known. */
  readonly peers?: readonly string[];
  /** For people. Default: the host name. */
  readonly name?: string;
  /** Failure domain. */
  readonly zone?: string;
  /** Addresses of this host that others route pods to. Default: from the interfaces. */
  readonly nodeAddresses?: readonly string[];
  /** `host-gw`: keep a kernel route for each remote prefix. */
  readonly routes?: 'none' | 'host-gw';
  readonly tuning?: Partial<Tuning>;
  /** How long a freed address is not given again. Default 30 s. */
  readonly restMs?: number;
  /** `off`: leave addresses alone whose container's network namespace is gone. Default `on`. */
  readonly leakCollection?: 'on' | 'off';
  /** The operator's word that this machine is the rightful one now, though its ids have changed. */
  readonly adopt?: boolean;
  /** The operator's word that no other member is left to ask. */
  readonly alone?: boolean;
  /** Boot id of the machine; for tests. */
  readonly bootId?: string;
  /** Ids of the machine; for tests. */
  readonly machine?: MachineIds;
  readonly log?: Log;
}

/** What an agent tells while it runs. */
export interface AgentEvents {
  /** Records that are new in the set: the map may have changed. */
  ownership: [records: readonly SignedRecord[]];
  /** Members that announced something new about themselves, or whose registers moved on or ended. */
  members: [members: readonly MemberBody[]];
  alarm: [alarm: Alarm];
  /** A `forget` ended, for good or without effect. */
  forgotten: [outcome: Extract<ClusterEvent, { type: 'forgotten' }>];
  /** This node has left: nothing is owned or guarded here any more. */
  left: [];
  /** The agent found its own state broken, and stopped. */
  failed: [error: Error];
}

/** Who holds an address: any text without `/`, `:` or spaces, or the three names that CNI uses. */
export type AttachmentName =
  | string
  | { readonly network: string; readonly container: string; readonly interface: string };

/** An address that `allocate` gave. */
export interface Allocation {
  /** Canonical text. */
  readonly address: string;
  /** With the prefix length that containers see. */
  readonly cidr: string;
  readonly gateway: string | undefined;
  readonly pool: string;
}

/** A `forget` where no quorum is left. */
export interface Unsafe {
  /** Members that were lost together with the first, as text. */
  readonly others: readonly string[];
}

/** A running agent. */
export interface Agent {
  readonly member: MemberId;
  readonly network: NetworkId;
  status(): Status;
  map(pool?: string): MapReport;
  addresses(): readonly AddressReport[];
  /** All that this node knows about an address. Refused when the text is none. */
  showAddress(address: string): Result<AddressDetail>;
  /**
   * An operator's word that an address is free: frees what holds it on this node. Refused while the network
   * namespace of its container is there, or nobody can tell, unless `force` says otherwise.
   */
  releaseAddress(address: string, force?: boolean): Result<ReleaseReport>;
  /** Looks for leaked addresses now. `dryRun`: says what it would free. */
  collectGarbage(dryRun?: boolean): Promise<GcReport>;
  /** A text for `joinCluster` and `hedgerow join`. */
  createToken(ttlMs?: number): Result<string>;
  /**
   * What this node knows of a member that may be forgotten, by id, start of the id, or name, and how the last
   * `forget` of it ended. Codes: `unknown-member`, `ambiguous`, `self`.
   */
  aboutForget(member: string): Result<ForgetReport>;
  /**
   * The operator's word that a member is off for good: all that it owns goes to this node. `now`: its
   * addresses need not rest. Returns at once; the end is the event `forgotten`. Codes as `aboutForget`.
   * `unsafe`: by a census of all living members, because no quorum of its guardians is left; `others` were lost
   * together with it. Only a node whose key is an authority of the cluster can do that.
   */
  forget(member: string, now?: boolean, unsafe?: Unsafe): Result<ForgetReport>;
  /** Hands everything over; the end is the event `left`. Codes: `alone`, `quarantined`. */
  leave(): Result<LeaveReport>;
  /** How far that is. */
  leaving(): LeaveReport;
  /** Multiaddrs on which the agent listens, with our member id. */
  readonly listening: readonly string[];
  /** One address of a pool; the same again for the same attachment. Waits for a block if none is free. */
  allocate(wish: {
    readonly pool: string;
    readonly attachment: AttachmentName;
    readonly waitMs?: number;
  }): Promise<Result<Allocation>>;
  /** Frees what the attachment holds, in all pools. Idempotent. */
  release(held: { readonly attachment: AttachmentName }): Result<void>;
  on<K extends keyof AgentEvents>(event: K, listener: (...args: AgentEvents[K]) => void): void;
  off<K extends keyof AgentEvents>(event: K, listener: (...args: AgentEvents[K]) => void): void;
  /** Closes connections and files. Containers and plugins go on. */
  stop(): Promise<void>;
}
