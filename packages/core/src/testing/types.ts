import type { Alarm, Input, Tuning } from '../cluster/contract/index.ts';
import type { Signer, Verify } from '../crypto/types.ts';
import type { Estate } from '../estate/types.ts';
import type { Genesis, MemberId, NetworkId, Pool } from '../membership/types.ts';

import type { Encoding } from '../replica/hostile.ts';

import type { Ledger } from '../replica/ledger.ts';

import type { Replica, Update } from '../replica/types.ts';
import type { Cluster } from './cluster.ts';
import type { Deed } from './deed.ts';
import type { Faults } from './faults.ts';
import type { NetFault } from './network.ts';
import type { SimNode } from './node.ts';
import type { RunDir, RunDirParts } from './runDir.ts';

/** A promise was broken. */
export interface Violation {
  /** Number of the invariant, as in docs/PROTOCOL.md. */
  readonly invariant: string;
  /** What is wrong, with the history of what broke it. */
  readonly message: string;
  /** Virtual time, milliseconds. */
  readonly atMs: number;
}

/**
 * Watches a run for one promise. Each hook is called when the fact is new, and answers with what is
 * wrong, in words, or with undefined. Hooks must be cheap, and must change nothing.
 */
export interface Checker {
  /** `S1` to `S8`, `L1` to `L4`, or a name of your own. */
  readonly invariant: string;
  /** The promise in one sentence. */
  readonly says: string;
  /** A container got an address. */
  claimed?(node: SimNode, address: number): string | undefined;
  /** An address is on no container of this node any more. */
  freed?(node: SimNode, address: number): void;
  /** A plugin answered, or looked again at what a container has. */
  answered?(node: SimNode, container: string, addresses: readonly number[]): string | undefined;
  /** What the node's member owns changed: its store wrote it, or a quorum of its guardians did. */
  register?(node: SimNode, before: Estate | undefined, after: Estate): string | undefined;
  /** A write became durable, of a register or of entries. */
  stored?(node: SimNode): string | undefined;
  /** A node carried an input through. */
  stepped?(node: SimNode, input: Input): string | undefined;
  /** A node raised an alarm. */
  alarm?(node: SimNode, alarm: Alarm): string | undefined;
  /** Faults have stopped and the cluster had time to settle. */
  settled?(cluster: Cluster): string | undefined;
}

/** One thing that is done to the cluster at a time. Whole numbers only, so that it is easy to store. */
export interface Action {
  /** Virtual time, milliseconds. */
  readonly atMs: number;
  /** Name of the deed. */
  readonly deed: string;
  /** What its `play` gets; what they mean is the deed's. */
  readonly args: readonly number[];
}

/** Everything that a run depends on. Equal scripts give equal histories. */
export interface Script {
  /** A whole number: all chance follows from it. */
  readonly seed: number;
  /** How many there are at the start, 1 or more. */
  readonly nodes: number;
  /** How long things happen to the cluster, milliseconds of virtual time; healing comes after. */
  readonly lastsMs: number;
  /** By chance, at these rates; or exactly what is listed. */
  readonly events:
    | {
        /** Rates by name. */
        readonly faults: Faults;
      }
    | {
        /** What is done, in order of time. */
        readonly actions: readonly Action[];
        /** What goes wrong with single messages. */
        readonly net: readonly NetFault[];
        /** Share of writes that fail, by the chance of each node, from 0 to 1. */
        readonly writeErrors: number;
      };
}

/** How a cluster stood when its time of quiet began. */
export interface Quiet {
  /** Messages sent until then. */
  readonly sent: number;
  /** Steps until then. */
  readonly steps: number;
  /** Virtual time, milliseconds. */
  readonly sinceMs: number;
}

/** What the replica of a node is made of. */
export interface ReplicaParts {
  /** The network that its records belong to. */
  readonly network: NetworkId;
  /** Signs as the node's member. */
  readonly signer: Signer;
  /** Names the database it is kept in: no two databases share one. */
  readonly storeId: string;
  /** Checks signatures. */
  readonly verify: Verify;
  /** What it must keep up to date. */
  readonly ledger: Ledger;
}

/** What a member's disk has before it is first started. */
export interface Past {
  /** Its register, kept by itself. */
  readonly estate: Estate;
  /** Stored updates, oldest first. */
  readonly updates: readonly Update[];
}

/** What a start is told besides what lies on the disk. */
export interface StartWords {
  /** Why its store suspects that it went back in time. */
  readonly suspicion?: string;
  /** The operator's word that no other member is left to ask. */
  readonly isAlone?: boolean;
}

/** What operators do elsewhere, and nobody did at a machine. */
export interface Neglect {
  /** It has ended (forgotten, left, in quarantine), and is not switched off. */
  isLeftOn: boolean;
  /** It leaves or has ended, and containers are still started there. */
  keepsContainers: boolean;
}

/** How a cluster is built. Everything has a default. */
export interface ClusterOptions {
  /** Default: `defaultPools`. */
  readonly pools?: readonly Pool[];
  /** How many of the first nodes share the pools from the start. Default 1. */
  readonly founders?: number;
  /** How many zones the nodes stand in, in turn; from three with two others each a register has six guardians. Default: none. */
  readonly zones?: number;
  /** What differs from the default tuning of a node. `simulate` mixes one from the seed by default. */
  readonly tuning?: Partial<Tuning>;
  /** A cluster with a past; all estates together must own every address once. Default: just born. */
  readonly past?: (member: MemberId, genesis: Genesis) => Past;
  /** Default: all of `allCheckers`. */
  readonly checkers?: () => readonly Checker[];
  /** What happens by chance. Default: `allDeeds`. */
  readonly deeds?: readonly Deed[];
  /** Default: the plain replica. */
  readonly replica?: (parts: ReplicaParts) => Replica;
  /** How liars encode what they send; must be that of `replica`. Default: that of the plain replica. */
  readonly encoding?: Encoding;
  /** Default: a model of the run directory. */
  readonly runDir?: (parts: RunDirParts) => RunDir;
  /** Keep readable lines of everything that happens. */
  readonly isTraced?: boolean;
  /** Invariants whose violation is told and ends nothing: for scenarios that show a known limit. */
  readonly tolerated?: readonly string[];
  /** Stop after this many steps, also where `lastsMs` is not over. */
  readonly maxSteps?: number;
  /** Stop at this time when it is before the end of `lastsMs`: what comes after does not matter. */
  readonly untilMs?: number;
}
