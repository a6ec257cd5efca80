/** The parts that the state of a node is made of. */
import type { Cidr } from '../../address/types.ts';
import type { Change, Estate } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import type { SignedEntry } from '../../ownership/types.ts';
import type { Held, SelfState, Versioned } from '../../register/index.ts';
import type { Update } from '../../replica/types.ts';
import type { Message } from '../contract/index.ts';
import type { Desk } from './cases.ts';

/** Something that wants to be written. Grants are worked out against the estate of that moment. */
export type Intent =
  | { readonly kind: 'change'; readonly change: Change }
  | {
      readonly kind: 'grant';
      readonly to: MemberId;
      readonly pool: string;
      readonly length: number;
      /** Blocks of reserve that stay here. */
      readonly keep: number;
      /** This very prefix, instead of a picked one. */
      readonly prefix?: Cidr;
    }
  | { readonly kind: 'publish'; readonly entries: readonly SignedEntry[] }
  | { readonly kind: 'republish'; readonly ids: readonly string[] };

/** An intent that went into a write, with what it became. */
export interface Applied {
  readonly intent: Intent;
  /** The change that was applied, if the intent changed the estate. */
  readonly change?: Change;
}

/** The write in flight. */
export interface InFlight {
  readonly write: number;
  readonly applied: readonly Applied[];
  /** What goes into the set. */
  readonly entries: readonly SignedEntry[];
  /** What guardians had decided before. */
  readonly decided: readonly Decided[];
  /** True when this very persist is the register write. */
  readonly isSelf: boolean;
  readonly update: Update | undefined;
}

/** A value that is decided, and what follows once this node has stored it. */
export interface Decided {
  readonly applied: readonly Applied[];
  readonly entries: readonly SignedEntry[];
}

/** Where this node's own register stands. */
export interface OwnRegister {
  /** The last decided value that is known. */
  value: Versioned;
  /** Kept by this store alone, as from birth: a write is one persist. */
  self: SelfState | undefined;
  /** Kept by guardians. */
  desk: Desk | undefined;
  /** Set once the guardians told what is decided now. */
  isRead: boolean;
  /** What the proposal at the guardians is for. */
  writing: readonly Applied[] | undefined;
  /** Decided, and not stored here yet. */
  decided: Decided[];
  /** Another look is needed: others wrote to it. */
  wantsRead: boolean;
  /** When a change of guardians may be tried again. */
  moveAtMs: number;
  /** Members came, went or moved: who should keep the register is worked out anew. */
  isSetStale: boolean;
  /** A value was read that may hold what this node committed without knowing that it did. */
  isFound: boolean;
  /** What members said that the register did not know of when it was last read. */
  readonly doubts: Map<MemberId, Word>;
  /** Guardians that answer and keep nothing any more: their disk is from the past, or they say so. Since when. */
  readonly unfit: Map<string, number>;
  /** The sealed value with its votes: how this member left. */
  sealedBy: Held<Estate> | undefined;
  /** An authority gave this member up: nothing is written any more. */
  isOver: boolean;
}

/** How many grants of this node a member accepted, and how many of its own it knows to be accepted here. */
export interface Word {
  readonly taken: number;
  readonly given: number;
}

/** A block as the run directory has it. */
export interface BlockState {
  readonly pool: string;
  readonly prefix: Cidr;
  /**
   * `found`: lay there when the agent started, and serves until the register says whose it is. `late`: should be open by
   * now and is not; an earlier life may have been draining it. `closed`: in doubt, or somebody else's. `lost`: not ours,
   * and on its way out.
   */
  phase: 'found' | 'publishing' | 'late' | 'open' | 'withdrawing' | 'closed' | 'lost' | 'withdrawn';
  publishedAtMs: number;
  /** Addresses that containers may have: all but the reserved ones. */
  readonly usable: number;
  used: number;
  /** False while `used` may be about containers of before this start of the agent. */
  isCounted: boolean;
  /** Since when it is empty; undefined while it is not. */
  emptySinceMs: number | undefined;
}

/** One round of asking donors for space in a pool. */
export interface Round {
  readonly length: number;
  /** False: only to fill up the reserve. */
  readonly needed: boolean;
  readonly tried: Set<MemberId>;
  /** Donors that others named as having more. */
  readonly hinted: MemberId[];
  asked: MemberId | undefined;
  deadlineMs: number;
}

/** What a donor said: blocks it has left, unless it gave no answer, and why it gave none of them. */
export interface DonorAnswer {
  readonly left: number | undefined;
  readonly message: string;
}

/** What a pool lacks here, and what is being done about it. */
export interface Demand {
  /** Somebody found nothing free and no block was opened since. */
  wanted: boolean;
  round: Round | undefined;
  pausedUntilMs: number;
  pauseMs: number;
  /** The pause follows a round for a block that was needed: it holds up every kind of round. */
  pausesAll: boolean;
  /** Last word of each donor of the last round: what it has left, and why it refused. */
  answers: Map<MemberId, DonorAnswer>;
  /** How fast addresses are taken. */
  pace: Pace;
}

/** What this node keeps about a peer. */
export interface PeerState {
  connected: boolean;
  lastHeardMs: number | undefined;
  /** Token bucket for its requests. */
  tokens: number;
  tokensAtMs: number;
  /** When the outbox for it is sent again, and the pause after that. */
  resendAtMs: number;
  resendPauseMs: number;
  /** Grants that cannot be judged before a predecessor arrives, by counter. */
  held: Map<number, Extract<Message, { type: 'grant' }>>;
  /** When we last asked it to send missing grants again. */
  askedAgainAtMs: number;
  /** When we last asked it for a diff. */
  syncedAtMs: number;
}

/** The pace of one pool at a time. */
export interface Pace {
  readonly level: number;
  readonly headroom: number;
  /** Monotonic milliseconds. */
  readonly atMs: number;
}

/** Nothing was taken yet. */
export const idlePace: Pace = { level: 0, headroom: 0, atMs: 0 };
