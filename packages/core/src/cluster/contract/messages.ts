/** What members say to each other directly. */
import type { Cidr } from '../../address/types.ts';
import type { Change } from '../../estate/changes.ts';
import type { Estate } from '../../estate/types.ts';
import type { MemberId, NetworkId } from '../../membership/types.ts';
import type { RecordId, SignedRecord } from '../../ownership/types.ts';
import type { Answer, Ask } from '../../register/messages.ts';
import type { Update, Vector } from '../../replica/types.ts';

/** What a donor tells with every answer: all the free-space knowledge there is. */
export interface FreeHint {
  /** Blocks of the pool that the donor has in reserve (a count, capped at 2^53 - 1). */
  readonly left: number;
  /** Up to three members that the donor believes to have more. */
  readonly better: readonly MemberId[];
}

/** Why a donor gave nothing. */
export type RefusalReason =
  | 'no-reserve'
  | 'too-fast'
  | 'quota'
  | 'rolled-back'
  | 'unknown-pool'
  | 'not-ready';

/** Messages of the direct protocol. Receivers check every field; a stranger's never arrive. */
export type Message =
  /** First on every connection, both ways. */
  | {
      readonly type: 'hello';
      readonly network: NetworkId;
      readonly bootNonce: string;
      /** The epoch of my register. */
      readonly epoch: number;
      readonly hash: string;
      /** What I know of the receiver: it was restored from the past when it knows less (rule R4). */
      readonly about: {
        /** The highest epoch of its register that I have proof of; 0: none. */
        readonly epoch: number;
        /** Grants that I accepted from it, and grants of mine that it acknowledged. */
        readonly taken: number;
        readonly given: number;
      };
    }
  /** B asks A for space: nothing durable, safe to repeat. `length`: prefix length wanted. */
  | {
      readonly type: 'request';
      readonly pool: string;
      readonly length: number;
      /** True: B has no block left to commit. False: B fills up its reserve, and A keeps its own. */
      readonly needed: boolean;
      /** B's `in[A]`. */
      readonly inCounter: number;
      /**
       * "You say that I acknowledged this many, and I know of fewer": proves a rollback of B. A low
       * `inCounter` alone does not, a request may be old.
       */
      readonly denies?: number;
    }
  | {
      readonly type: 'grant';
      readonly record: SignedRecord;
      readonly counter: number;
      readonly hint: FreeHint;
    }
  | {
      readonly type: 'refusal';
      readonly pool: string;
      readonly reason: RefusalReason;
      readonly message: string;
      readonly hint: FreeHint;
      /** With `rolled-back`: how many grants the asker had acknowledged. */
      readonly acknowledged?: number;
    }
  /** B accepted everything up to `counter`; `update` is B's published entry of it, for A to pass on. */
  | { readonly type: 'ack'; readonly counter: number; readonly update?: Update }
  /** B misses grants: send again those after `after`. */
  | { readonly type: 'resend'; readonly after: number }
  /** Anti-entropy: content hashes first, vectors only where they differ, ids only where vectors are equal. */
  | { readonly type: 'syncHash'; readonly hash: string }
  | {
      readonly type: 'syncVector';
      readonly hash: string;
      readonly vector: Vector;
      readonly reply: boolean;
    }
  | { readonly type: 'syncUpdate'; readonly update: Update; readonly more: boolean }
  /** For the rare case of equal vectors and different hashes: hashes of the 16 parts of a slice of ids. */
  | { readonly type: 'syncSlice'; readonly slice: string; readonly hashes: readonly string[] }
  /** Ids of the sender's entries that start with the hex digits of `slice`. */
  | {
      readonly type: 'syncIds';
      readonly slice: string;
      readonly ids: readonly RecordId[];
      readonly reply: boolean;
    }
  /** A proposer asks a guardian about a register. */
  | { readonly type: 'register'; readonly ask: Ask<Estate, Change> }
  | { readonly type: 'registerAnswer'; readonly answer: Answer<Estate> }
  /** To my guardians only, once a minute: I live. `isLast`: I stop cleanly now. */
  | { readonly type: 'heartbeat'; readonly bootNonce: string; readonly isLast: boolean }
  /** From a guardian: the start of yours that I heard last. Another one than yours is a clone (rule R5). */
  | { readonly type: 'heartbeatReply'; readonly bootNonce: string }
  /** Something for you waits in the register of `owner`, who is silent or gone: fetch it. */
  | { readonly type: 'collect'; readonly owner: MemberId }
  /** From a guardian of `owner`, once an interval: it is gone, and I am connected to it. What it had must go on resting. */
  | { readonly type: 'stillHeard'; readonly owner: MemberId }
  /** From an authority, to every living member: these owners are given up, tell what you have. Safe to repeat. */
  | ({ readonly type: 'census' } & CensusOf)
  | ({ readonly type: 'censusAnswer' } & CensusAnswer);

/** Whom a census is about. */
export interface CensusOf {
  /** Given up for good: nothing is taken from them from now on, and their registers are not kept any more. */
  readonly owners: readonly MemberId[];
  /** They live, but owners that are given up were their guardians: their registers end in this epoch. */
  readonly stuck: readonly Stuck[];
}

/** A living member that cannot write any more. */
export interface Stuck {
  readonly member: MemberId;
  readonly epoch: number;
  /** Its own store. */
  readonly store: string;
}

/** A prefix of a pool. */
export interface Piece {
  readonly pool: string;
  readonly prefix: Cidr;
}

/** What the sender and another member gave each other, as the sender has it. */
export interface Dealings {
  readonly member: MemberId;
  /** Grants that the sender gave to it, those of them that it acknowledged, and those taken from it. */
  readonly out: number;
  readonly given: number;
  readonly taken: number;
}

/** Most pieces, and most members, that one answer names: with more it would not fit a message. */
export const maxCounted = 2048;

/** What one living member answers to a census. All that it says is durable. */
export interface CensusAnswer extends CensusOf {
  /** True once the owners are shut out of the sender's register: nothing of theirs can come to it any more. */
  readonly isShut: boolean;
  /** The sender cannot write: so many of its guardians are among the owners, or gone. */
  readonly own?: Stuck;
  readonly held: readonly Piece[];
  /** On its way from the sender to others. */
  readonly leaving: readonly (Piece & { readonly to: MemberId })[];
  /** Where `stuck` are concerned. */
  readonly dealings: readonly Dealings[];
  /** Hash of who lives, and of what the owners and the stuck own, as the sender's set has it. */
  readonly owned: string;
  /** Why the sender takes no part: the census must end. */
  readonly problem?: string;
}
