/**
 * What a node tells about itself: a stable interface for programs, as JSON on the command line and the
 * local API. Fields are only ever added.
 */
import type { Cidr } from '@hedgerow/core/address';
import type { Alarm, Phase, Waiting } from '@hedgerow/core/cluster';
import type { Use } from '@hedgerow/core/estate';
import type { MemberId, NetworkId } from '@hedgerow/core/membership';

/** `hedgerow status --json`. */
export interface Status {
  readonly member: MemberId;
  readonly name: string;
  readonly network: NetworkId;
  readonly state: Phase;
  readonly pools: readonly PoolStatus[];
  readonly guardians: GuardianStatus;
  readonly peers: readonly PeerStatus[];
  /** What this node waits for, and why. */
  readonly waiting: readonly Waiting[];
  /** What a human should look at. */
  readonly alarms: readonly StatusAlarm[];
}

/** One pool as this node has it. */
export interface PoolStatus {
  readonly name: string;
  readonly prefix: Cidr;
  readonly blockLength: number;
  /** None while the node is joining and has not confirmed what it owns. */
  readonly holdings: readonly HoldingStatus[];
  /** Free addresses in committed blocks, and addresses in reserve; at most 2^53 - 1. */
  readonly free: { readonly committed: number; readonly reserve: number };
}

/** One holding. `used` is 0 for everything that is not committed. */
export interface HoldingStatus {
  readonly prefix: Cidr;
  readonly version: number;
  readonly use: Use;
  readonly used: number;
  /** Addresses, at most 2^53 - 1. */
  readonly size: number;
}

/** Who keeps this node's register. No members means: itself. */
export interface GuardianStatus {
  /** Counts the changes of guardians, from 1. */
  readonly epoch: number;
  readonly members: readonly MemberId[];
  readonly quorum: number;
  readonly reachable: number;
  /** Each of them; this node itself counts as connected. */
  readonly connections: readonly Omit<PeerStatus, 'lastHeardMs' | 'gone'>[];
}

/** Another member. `lastHeardMs`: this long ago, or null when never since the start. */
export interface PeerStatus {
  readonly member: MemberId;
  readonly name: string;
  readonly connected: boolean;
  readonly lastHeardMs: number | null;
  /** It left or was forgotten, and its agent still runs. */
  readonly gone?: boolean;
}

/** An alarm without its proof. */
export type StatusAlarm = Pick<Alarm, 'code' | 'message'>;

/** `hedgerow map --json`: who owns what, as far as this node knows. */
export interface MapReport {
  readonly network: NetworkId;
  /** The member that answers. */
  readonly member: MemberId;
  readonly pools: readonly PoolMap[];
}

/** The partition of one pool. */
export interface PoolMap {
  readonly name: string;
  readonly prefix: Cidr;
  readonly blockLength: number;
  /** Disjoint, in address order. */
  readonly pieces: readonly MapPiece[];
  /** Largest first. */
  readonly shares: readonly MapShare[];
}

/** One piece of the partition. */
export interface MapPiece {
  readonly prefix: Cidr;
  readonly version: number;
  readonly owner: MemberId;
  readonly disputed: boolean;
}

/** What one member has of a pool. */
export interface MapShare {
  readonly member: MemberId;
  readonly name: string;
  /** At most 2^53 - 1. */
  readonly addresses: number;
  /** Of the pool, 0 to 1. */
  readonly share: number;
}

/** One address that is held on this node: `hedgerow addr ls --json` prints a list of them. */
export interface AddressReport {
  readonly address: string;
  readonly pool: string;
  readonly block: Cidr;
  /** The CNI network, container and interface that hold it. */
  readonly network: string;
  readonly container: string;
  readonly interface: string;
}

/** One claim whose network namespace is not there for sure: a line of `hedgerow addr gc`. */
export interface LeakReport {
  /** What it holds; missing where an ADD did not get to its end. */
  readonly address?: string;
  readonly pool?: string;
  readonly network: string;
  readonly container: string;
  readonly interface: string;
  /** The namespace for which it was added; '' when the runtime named none. */
  readonly netns: string;
  /**
   * - `freed`: its namespace is gone. - `due`: the same, but this was a dry run.
   * - `waiting`: its namespace is gone, and a second look must confirm it.
   * - `kept`: nobody can tell, or something still uses it.
   */
  readonly state: 'freed' | 'due' | 'waiting' | 'kept';
  readonly reason: string;
}

/** `hedgerow addr gc`. */
export interface GcReport {
  readonly dryRun: boolean;
  readonly leaks: readonly LeakReport[];
  /** What killed plugins left and was swept: addresses without a record, empty directories. 0 in a dry run. */
  readonly swept: { readonly entries: number; readonly leftovers: number };
}

/** `hedgerow addr show`: everything this node knows about one address. */
export interface AddressDetail {
  readonly address: string;
  /** The pool that contains it; missing when none does. */
  readonly pool?: string;
  readonly block?: Cidr;
  /** Where its block is on this node: `open`, `draining`, or `absent`. */
  readonly blockState?: 'open' | 'draining' | 'absent';
  /** Why no container may have it, if so: it is the gateway and the like. */
  readonly reserved?: string;
  /** Who holds it here. */
  readonly holder?: AddressHolder;
  /** It was freed a moment ago, and rests this long. Milliseconds. */
  readonly restLeftMs?: number;
  /** Who owns it as far as this node knows. */
  readonly owner?: {
    readonly member: MemberId;
    readonly name: string;
    readonly prefix: Cidr;
    readonly version: number;
    readonly disputed: boolean;
    /** True for the node that answers. */
    readonly isSelf: boolean;
  };
}

/** The attachment that holds an address. */
export interface AddressHolder {
  readonly network: string;
  readonly container: string;
  readonly interface: string;
  readonly claim: string;
  /** When it was claimed, ISO 8601 by the wall clock of that time. */
  readonly since?: string;
  /** Path of its network namespace; missing when its record is gone or names none. */
  readonly netns?: string;
  /** `present` and `gone` are about the path, as this process sees it. */
  readonly netnsState: 'present' | 'gone' | 'unknown';
}

/** `hedgerow addr release`: what was freed. */
export interface ReleaseReport {
  readonly address: string;
  readonly pool: string;
  readonly holder: AddressHolder;
}

/** `hedgerow forget`: what a member has, and what becomes of it. */
export interface ForgetReport {
  readonly member: MemberId;
  readonly name: string;
  /** It left, or was forgotten before. */
  readonly isGone: boolean;
  /** It runs, and talks to the node that answers: it is not forgotten now. */
  readonly isConnected: boolean;
  /** This long ago, or null when never since the start of the agent that answers. */
  readonly lastHeardMs: number | null;
  /** What it owns as far as this node knows. `size`: addresses, at most 2^53 - 1. */
  readonly owned: readonly {
    readonly pool: string;
    readonly prefix: Cidr;
    readonly size: number;
  }[];
  /** How long its addresses rest at the heir. */
  readonly restMs: number;
  readonly state: 'none' | 'running' | 'done' | 'refused';
  /** How it ended; while it runs, what it waits for. */
  readonly message?: string;
  /** Who has its addresses now. */
  readonly heir?: { readonly member: MemberId; readonly name: string };
}

/** `hedgerow leave`: how far this node is with leaving. */
export interface LeaveReport {
  /** `quarantined`: it was leaving, and is not any more. */
  readonly state: 'no' | 'leaving' | 'left' | 'quarantined';
  readonly waiting: readonly Waiting[];
  /** Why it leaves no more, and what still runs there. */
  readonly message?: string;
}
