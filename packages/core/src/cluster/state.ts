/**
 * The state of one node, owned by the reducer and changed in place by it alone. The estate inside is
 * an immutable value: the last one that the register decided.
 */
import type { Cidr } from '../address/types.ts';
import type { Change, Estate } from '../estate/index.ts';
import { networkIdOf } from '../membership/genesis.ts';
import type { Genesis, MemberId, NetworkId, Pool } from '../membership/types.ts';
import type { SignedEntry, SignedRecord } from '../ownership/types.ts';
import {
  type AcceptorState,
  type Held,
  openSelf,
  type Rules,
  type SelfState,
  type Versioned,
} from '../register/index.ts';
import type { Update } from '../replica/types.ts';
import { idlePace, type Pace } from './pace.ts';
import type { Care, Desk, Final } from './registers/types.ts';
import { defaultTuning } from './tuning.ts';
import type { Alarm, Env, Input, Message, Tuning } from './types.ts';

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
  /** The sealed value with its votes: how this member left. */
  sealedBy: Held<Estate> | undefined;
}

/** A committed block as the run directory has it. */
export interface BlockState {
  readonly pool: string;
  readonly prefix: Cidr;
  /** `late`: should be open by now and is not; an earlier life may have been draining it. */
  phase: 'publishing' | 'late' | 'open' | 'withdrawing' | 'closed' | 'withdrawn';
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

export interface NodeState {
  readonly member: MemberId;
  readonly network: NetworkId;
  readonly genesis: Genesis;
  readonly pools: ReadonlyMap<string, Pool>;
  readonly tuning: Tuning;
  /** The store that registers are kept in. */
  readonly store: string;
  readonly register: OwnRegister;
  /** Registers kept here, by `owner epoch`. */
  readonly acceptors: Map<string, AcceptorState<Estate, Change>>;
  /** The latest epoch of each owner that is kept here. */
  readonly kept: Map<MemberId, number>;
  /** What is being done about registers of others, by owner. */
  readonly cares: Map<MemberId, Care>;
  /** How the registers of members that are gone ended, as far as it was needed. */
  readonly finals: Map<MemberId, Final>;
  /** When resting holdings may be used, by `pool prefix`. */
  readonly rests: Map<string, number>;
  rules: Rules<Estate, Change> | undefined;
  /** This start's boot nonce, and those that this store may have written before. */
  bootNonce: string;
  nonces: readonly string[];
  nextCare: number;
  startedAtMs: number;
  heartbeatAtMs: number;
  /** A word of another member is needed before this start may write (rule R4). */
  needsWord: boolean;
  isLeaving: boolean;
  hasLeft: boolean;
  /** Set once the boot nonce of this start is in the register. */
  booted: boolean;
  queue: Intent[];
  inFlight: InFlight | undefined;
  nextWrite: number;
  /** After a failed persist: when to try again. */
  retryAtMs: number | undefined;
  /** By `pool prefix`. */
  readonly blocks: Map<string, BlockState>;
  readonly demands: Map<string, Demand>;
  readonly peers: Map<MemberId, PeerState>;
  readonly alarms: Map<string, Alarm>;
  quarantined: boolean;
  announcement: Extract<Input, { type: 'announce' }>['body'] | undefined;
  syncAtMs: number;
  wakeAtMs: number;
}

/** What a node needs to exist. */
export interface NodeOptions {
  readonly member: MemberId;
  readonly genesis: Genesis;
  /** The register as the database has it. */
  readonly register: Versioned;
  /** The store that keeps registers: random, made with the database. */
  readonly store: string;
  readonly tuning?: Partial<Tuning>;
}

/** A node that has not been started yet. */
export function createNode(options: NodeOptions): NodeState {
  const { genesis, member, register, store, tuning } = options;
  return {
    member,
    network: networkIdOf(genesis),
    genesis,
    pools: new Map(genesis.pools.map((pool) => [pool.name, pool])),
    tuning: { ...defaultTuning, ...tuning },
    store,
    register: {
      value: register,
      self: openSelf(register),
      desk: undefined,
      isRead: false,
      writing: undefined,
      decided: [],
      wantsRead: false,
      moveAtMs: 0,
      isSetStale: true,
      sealedBy: undefined,
    },
    acceptors: new Map(),
    kept: new Map(),
    cares: new Map(),
    finals: new Map(),
    rests: new Map(),
    rules: undefined,
    bootNonce: '',
    nonces: [],
    nextCare: 1,
    startedAtMs: 0,
    heartbeatAtMs: Number.POSITIVE_INFINITY,
    needsWord: false,
    isLeaving: false,
    hasLeft: false,
    booted: false,
    queue: [],
    inFlight: undefined,
    nextWrite: 1,
    retryAtMs: undefined,
    blocks: new Map(),
    demands: new Map(genesis.pools.map((pool) => [pool.name, newDemand()])),
    peers: new Map(),
    alarms: new Map(),
    quarantined: false,
    announcement: undefined,
    syncAtMs: 0,
    wakeAtMs: Number.POSITIVE_INFINITY,
  };
}

function newDemand(): Demand {
  return {
    wanted: false,
    round: undefined,
    pausedUntilMs: 0,
    pauseMs: 0,
    pausesAll: false,
    answers: new Map(),
    pace: idlePace,
  };
}

/** The estate that the register decided last. */
export function estateOf(state: NodeState): Estate {
  return state.register.value.estate;
}

/** The peer's state, made when it is first heard of. */
export function peerOf(state: NodeState, env: Env, member: MemberId): PeerState {
  let peer = state.peers.get(member);
  if (peer === undefined) {
    peer = {
      connected: false,
      lastHeardMs: undefined,
      tokens: state.tuning.grantBurst,
      tokensAtMs: env.nowMs,
      resendAtMs: 0,
      resendPauseMs: state.tuning.resendMs,
      held: new Map(),
      askedAgainAtMs: Number.NEGATIVE_INFINITY,
      syncedAtMs: Number.NEGATIVE_INFINITY,
    };
    state.peers.set(member, peer);
  }
  return peer;
}

/** Key of a block in `state.blocks`. */
export function blockKey(pool: string, prefix: Cidr): string {
  return `${pool} ${prefix}`;
}

/** The demand of a pool that exists. */
export function demandOf(state: NodeState, pool: string): Demand {
  return state.demands.get(pool) as Demand;
}

/** True when such an intent is queued, proposed, or on its way to the disk. */
export function isOnItsWay(state: NodeState, matches: (intent: Intent) => boolean): boolean {
  const among = (applied: readonly Applied[]): boolean =>
    applied.some(({ intent }) => matches(intent));
  const { decided, writing } = state.register;
  if (state.queue.some(matches) || decided.some(({ applied }) => among(applied))) return true;
  if (writing !== undefined && among(writing)) return true;
  return state.inFlight !== undefined && among(state.inFlight.applied);
}

/** True while a grant of this pool to `to` is on its way and not acknowledged. */
export function isOutstanding(state: NodeState, to: MemberId, pool: string): boolean {
  return (
    estateOf(state).outbox.some((entry) => entry.to === to && entry.record.body.pool === pool) ||
    isOnItsWay(
      state,
      (intent) => intent.kind === 'grant' && intent.to === to && intent.pool === pool,
    )
  );
}

/** True when a grant's acceptance is already on its way to the register. */
export function isAccepting(state: NodeState, record: SignedRecord, from: MemberId): boolean {
  return isOnItsWay(
    state,
    (intent) =>
      intent.kind === 'change' &&
      intent.change.kind === 'accept' &&
      intent.change.from === from &&
      intent.change.record.body.prefix === record.body.prefix,
  );
}
