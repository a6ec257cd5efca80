/**
 * The state of one node, owned by the reducer and changed in place by it alone. The estate inside is
 * an immutable value: the last one that the register decided.
 */
import type { Cidr } from '../../address/types.ts';
import type { Change, Estate } from '../../estate/index.ts';
import { networkIdOf } from '../../membership/genesis.ts';
import type { Genesis, MemberId, NetworkId, Pool } from '../../membership/types.ts';
import { type AcceptorState, openSelf, type Rules, type Versioned } from '../../register/index.ts';
import type { Alarm, Env, Input, Tuning } from '../contract/index.ts';
import { defaultTuning } from '../contract/index.ts';
import { type Care, type Censuses, type Final, noCensuses } from './cases.ts';
import {
  type BlockState,
  type Demand,
  type InFlight,
  type Intent,
  idlePace,
  type OwnRegister,
  type PeerState,
} from './parts.ts';

export type {
  Applied,
  BlockState,
  Decided,
  Demand,
  DonorAnswer,
  InFlight,
  Intent,
  OwnRegister,
  PeerState,
  Round,
} from './parts.ts';

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
  /** What the registers of silent members, as they were last read, said of what they had accepted. It only grows. */
  readonly accepted: Map<MemberId, Estate['in']>;
  readonly censuses: Censuses;
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
  /** A start that knows nobody listens until then for somebody who knows it. */
  listensUntilMs: number;
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
  /** All whose grants are held are among them. */
  readonly holding: Set<MemberId>;
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
    register: ownRegister(register),
    acceptors: new Map(),
    kept: new Map(),
    cares: new Map(),
    finals: new Map(),
    accepted: new Map(),
    censuses: noCensuses(),
    rests: new Map(),
    rules: undefined,
    bootNonce: '',
    nonces: [],
    nextCare: 1,
    startedAtMs: 0,
    heartbeatAtMs: Number.POSITIVE_INFINITY,
    needsWord: false,
    listensUntilMs: 0,
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
    holding: new Set(),
    alarms: new Map(),
    quarantined: false,
    announcement: undefined,
    syncAtMs: 0,
    wakeAtMs: Number.POSITIVE_INFINITY,
  };
}

function ownRegister(value: Versioned): OwnRegister {
  return {
    value,
    self: openSelf(value),
    desk: undefined,
    isRead: false,
    writing: undefined,
    decided: [],
    wantsRead: false,
    moveAtMs: 0,
    isSetStale: true,
    isFound: false,
    doubts: new Map(),
    unfit: new Map(),
    sealedBy: undefined,
    isOver: false,
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
