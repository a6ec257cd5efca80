/** What happens to a node and what it does: the contract between the reducer and whoever runs it. */
import type { Cidr } from '../../address/types.ts';
import type { Signer, Verify } from '../../crypto/types.ts';
import type { Estate } from '../../estate/types.ts';
import type { MemberBody, MemberId } from '../../membership/types.ts';
import type { Dispute, SignedRecord } from '../../ownership/types.ts';
import type { AcceptorRecord } from '../../register/judge.ts';
import type { Versioned } from '../../register/types.ts';
import type { Replica, Update } from '../../replica/types.ts';
import type { Message } from './messages.ts';

export type { FreeHint, Message, RefusalReason } from './messages.ts';

/** What the world gives to a step. Core has no clock and no randomness of its own. */
export interface Env {
  /** Monotonic milliseconds. Timeouts and pacing only: safety never depends on it. */
  readonly nowMs: number;
  /** Uniform in [0, 1). */
  readonly random: () => number;
  readonly signer: Signer;
  readonly verify: Verify;
  /** Owned by the reducer: nobody else may change it. */
  readonly replica: Replica;
}

/** How full one committed block is, as the run directory shows it. */
export interface BlockUsage {
  readonly pool: string;
  readonly prefix: Cidr;
  readonly used: number;
}

/** What happens to a node. */
export type Input =
  /** The shell starts the node on what it read from its database. */
  | {
      readonly type: 'start';
      readonly register: Versioned;
      readonly bootNonce: string;
      /** The registers that this store keeps, its owner's first epoch among them when that was moved on. */
      readonly acceptors?: readonly AcceptorRecord<Estate>[];
      /**
       * Boot nonces of this store's starts before, written or not: guardians may still know each of them. Another one
       * in the register proves a rollback or a clone. Default: only the one in `register`.
       */
      readonly nonces?: readonly string[];
      /** Why this store suspects that it went back in time (another machine, say); its guardian duty ends (R6). */
      readonly suspicion?: string;
      /** The operator's word that no other member is left to ask (`--alone`). */
      readonly isAlone?: boolean;
      /** The node was told to `leave` before this start, and goes on with it. */
      readonly isLeaving?: boolean;
      /** Blocks that lie in the run directory, whoever put them there. Default: none. */
      readonly found?: readonly BlockUsage[];
    }
  /** A `persistAcceptor` effect is durable. Exactly one of these two follows each. */
  | { readonly type: 'acceptorPersisted'; readonly owner: MemberId; readonly epoch: number }
  | { readonly type: 'acceptorPersistFailed'; readonly owner: MemberId; readonly epoch: number }
  /** The operator's word that a member is off for good. Ends in an event `forgotten`. */
  | {
      readonly type: 'forget';
      readonly member: MemberId;
      readonly now: boolean;
      /** By a census of all living members, where no quorum is left. Only an authority can. */
      readonly unsafe?: true;
      /** With `unsafe`: members that were lost together with it. Each has an event of its own. */
      readonly others?: readonly MemberId[];
    }
  /** Hand everything over and stop. Ends in an event `left`; progress is in `waiting`. */
  | { readonly type: 'leave' }
  /** A `persist` effect is durable. Exactly one of these two follows each `persist`. */
  | { readonly type: 'persisted'; readonly write: number }
  /** A `persist` effect failed and left the database as it was. The reducer will try again. */
  | { readonly type: 'persistFailed'; readonly write: number; readonly reason: string }
  | { readonly type: 'connected'; readonly peer: MemberId }
  | { readonly type: 'disconnected'; readonly peer: MemberId }
  | { readonly type: 'message'; readonly from: MemberId; readonly message: Message }
  | { readonly type: 'gossip'; readonly update: Update; readonly from: MemberId }
  /** What this node says of itself (name, addresses) when it differs from what the set has. */
  | {
      readonly type: 'announce';
      readonly body: Omit<MemberBody, 'network' | 'member' | 'sequence'>;
    }
  /**
   * Use of all blocks, found or published, that hold anything; one that is not listed is empty.
   * Sent when it changed, at most once a second.
   */
  | { readonly type: 'usage'; readonly blocks: readonly BlockUsage[] }
  /** Somebody found nothing free in this pool and waits. */
  | { readonly type: 'wanted'; readonly pool: string }
  /** A block is open in the run directory. */
  | { readonly type: 'published'; readonly pool: string; readonly prefix: Cidr }
  /** A withdrawn block was empty, rested, and is gone from the run directory. */
  | { readonly type: 'withdrawn'; readonly pool: string; readonly prefix: Cidr }
  /**
   * Containers may use addresses of a block that look free. `lost` and not by the agent: the block, which this boot
   * published; entries in it; or the number of the notes, which says that the run directory is not the one it was.
   */
  | {
      readonly type: 'wiped';
      readonly pool: string;
      readonly prefix: Cidr;
      readonly lost: 'block' | 'entries' | 'notes';
    }
  /** The agent is about to stop cleanly: its next start need not wait for guardians to believe it. */
  | { readonly type: 'stopping' }
  /** The time asked for with `wake` came. Early and spurious ticks are harmless. */
  | { readonly type: 'tick' };

/** What the rest of the program may want to know. */
export type ClusterEvent =
  /** Records that are new in the set: look at the view for what they changed. */
  | { readonly type: 'ownership'; readonly records: readonly SignedRecord[] }
  /** Members that announced something new about themselves, or whose registers moved on or ended. */
  | { readonly type: 'members'; readonly members: readonly MemberBody[] }
  | { readonly type: 'estate'; readonly value: Versioned }
  | { readonly type: 'alarm'; readonly alarm: Alarm }
  | { readonly type: 'phase'; readonly phase: Phase }
  /** How a `forget` ended. `refused` changed nothing; `heir` has everything when it is done. */
  | {
      readonly type: 'forgotten';
      readonly member: MemberId;
      readonly outcome: 'done' | 'refused';
      /** Who has the addresses now: us, or whoever was faster. */
      readonly heir?: MemberId;
      readonly message: string;
    }
  /** Everything is handed over and nothing is guarded here any more: the agent may stop. */
  | { readonly type: 'left' };

/**
 * What a node does. The shell carries effects out **in order**, one step's before the next step's.
 *
 * Contract: whatever follows from a `persist` (a send, a publication, a block in the run directory)
 * is emitted only by the step that got its `persisted`. A shell that fails a persist reports
 * `persistFailed` and changes nothing.
 */
export type Effect =
  /** One durable transaction: the register's new value and/or entries of the set. */
  | {
      readonly type: 'persist';
      readonly write: number;
      readonly register?: Versioned;
      readonly update?: Update;
    }
  /**
   * One durable write of a register that this store keeps, by owner and epoch; never deleted. Answered by
   * `acceptorPersisted` or `acceptorPersistFailed`.
   */
  | { readonly type: 'persistAcceptor'; readonly record: AcceptorRecord<Estate> }
  /** Entries received from others: store when convenient; losing them costs one anti-entropy round. */
  | { readonly type: 'keep'; readonly update: Update }
  | { readonly type: 'send'; readonly to: MemberId; readonly message: Message }
  | { readonly type: 'gossip'; readonly update: Update }
  /** The gossip of this step's input was hostile or damaged: do not pass it on. */
  | { readonly type: 'reject'; readonly message: string }
  /** mkdir in the run directory, at most once per boot; answered by `published` or `wiped`. */
  | { readonly type: 'publishBlock'; readonly pool: string; readonly prefix: Cidr }
  /**
   * rename to draining/, wait, rmdir; answered by `withdrawn`. Safe to repeat. Answered by `published` when
   * the block came into use meanwhile and stays open.
   */
  | { readonly type: 'withdrawBlock'; readonly pool: string; readonly prefix: Cidr }
  /** Move to draining/ and keep it there: a dispute or an alarm stops new addresses. */
  | { readonly type: 'closeBlock'; readonly pool: string; readonly prefix: Cidr }
  /** Give a `tick` at this time (monotonic); replaces the one before. */
  | { readonly type: 'wake'; readonly atMs: number }
  | { readonly type: 'event'; readonly event: ClusterEvent };

export type Phase = 'joining' | 'ready' | 'isolated' | 'quarantined' | 'leaving';

/** Something that the node waits for, and why, in words. */
export interface Waiting {
  readonly code: string;
  readonly pool?: string;
  /** Whom it is about. */
  readonly member?: MemberId;
  readonly message: string;
}

/** Something a human should look at. Stays until its cause is gone. */
export interface Alarm {
  readonly code:
    | 'dispute'
    | 'rolled-back'
    | 'wiped'
    | 'storage'
    | 'clone'
    | 'foreign-network'
    /** two values were signed under one ballot: the register takes nothing any more */
    | 'frozen'
    /** others took this member's space: it was forgotten, or it left */
    | 'forgotten'
    /** containers live in blocks that this node found in its run directory and does not own */
    | 'strays'
    /** this store suspects itself and keeps no registers in their present epochs any more */
    | 'abstains';
  readonly message: string;
  readonly dispute?: Dispute;
  /** Whenever it is told the message goes on with how many addresses are in use here. */
  readonly countsLive?: true;
}

/** Tunables of the reducer, all with defaults in `defaultTuning`. */
export interface Tuning {
  /** Commit or ask for more when fewer free committed addresses than this are left in a pool. */
  readonly lowFree: number;
  /** Withdraw empty blocks while more free committed addresses than this remain without them. */
  readonly highFree: number;
  /** A block must have been empty for this long before it is withdrawn. */
  readonly withdrawAfterMs: number;
  /** Keep at least this many blocks in reserve, so that a commit needs nobody. */
  readonly reserveBlocks: number;
  /** Wait this long for a donor's answer before trying the next. */
  readonly requestTimeoutMs: number;
  /** Pause after a round in which no donor had anything. Doubles up to `roundPauseMaxMs`. */
  readonly roundPauseMs: number;
  readonly roundPauseMaxMs: number;
  /** Send an unacknowledged grant again after this long. Doubles up to `resendMaxMs`. */
  readonly resendMs: number;
  readonly resendMaxMs: number;
  /** Compare hashes with a random peer this often. */
  readonly syncMs: number;
  /** Wait this long after a failed persist. */
  readonly persistRetryMs: number;
  /** Token bucket a donor keeps per peer. */
  readonly grantsPerMinute: number;
  readonly grantBurst: number;
  /** A start that knows of no other member, and is not the first, listens this long for one that knows it. */
  readonly listenMs: number;
  /** A sign of life goes to our guardians this often. */
  readonly heartbeatMs: number;
  /** The reserve of a member that was silent for this long is taken over. */
  readonly reclaimMs: number;
  /** Committed blocks of a forgotten member rest for this long. */
  readonly restMs: number;
  /** A guardian that does not answer is asked again after this long; doubles up to `registerMaxMs`. */
  readonly registerMs: number;
  readonly registerMaxMs: number;
  /** A donor refuses members that own this share of the pool already, as its view has it (0 to 1; 1: no quota). */
  readonly quota: number;
}
