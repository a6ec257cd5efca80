/**
 * The asking side: rounds of requests for space in one pool.
 *
 * A round asks one donor at a time, at random, weighted by what the view says each owns; donors that
 * others name come first; none is asked twice in a round. A round without success pauses, longer each
 * time, and leaves the donors' words as the reason that `status` shows.
 */
import { prefixOf } from '../../address/index.ts';
import { isTradedOut, mayTrade, ofUse, reserveBlocks } from '../../estate/index.ts';
import type { MemberId, Pool } from '../../membership/types.ts';
import type { FreeHint, Message } from '../contract/index.ts';
import type { Demand, Round } from '../state/index.ts';
import { demandOf, estateOf, raise, send, type Turn } from '../state/index.ts';

type Refusal = Extract<Message, { type: 'refusal' }>;

/** Donors that are asked in one round for what is not needed yet. */
const maxAskedInStock = 3;

/**
 * Starts a round unless one runs or the pause after the last one is not over. What is `needed` takes the
 * place of a round, or of a pause, that was only for the reserve.
 */
export function askForSpace(turn: Turn, pool: Pool, needed: boolean): void {
  const { state, env } = turn;
  const demand = demandOf(state, pool.name);
  if (demand.round !== undefined && (demand.round.needed || !needed)) return;
  if (env.nowMs < demand.pausedUntilMs && (demand.pausesAll || !needed)) return;
  const length = wantedLength(turn, pool);
  const round: Round = {
    length,
    needed,
    tried: new Set(),
    hinted: [],
    asked: undefined,
    deadlineMs: 0,
  };
  demand.round = round;
  demand.answers = new Map();
  askNext(turn, pool, demand, round);
}

/** A newcomer asks for its fair share, later for as much as it holds committed, at least a block. */
function wantedLength(turn: Turn, pool: Pool): number {
  const { state, env } = turn;
  const { holdings } = estateOf(state);
  const members = Math.max(2, env.replica.members.size, env.replica.view.shares(pool.name).size);
  const fair = prefixOf(pool.prefix).length + Math.ceil(Math.log2(members));
  const committed = ofUse(holdings, pool.name, 'committed').length;
  const isNew = committed === 0 && reserveBlocks(holdings, pool.name, pool.blockLength) === 0;
  const grown = pool.blockLength - Math.floor(Math.log2(Math.max(1, committed)));
  return Math.min(pool.blockLength, isNew ? fair : Math.max(fair, grown));
}

function askNext(turn: Turn, pool: Pool, demand: Demand, round: Round): void {
  const { state, env } = turn;
  const donor = pickDonor(turn, pool, round);
  if (donor === undefined) {
    demand.round = undefined;
    const { roundPauseMs, roundPauseMaxMs } = state.tuning;
    demand.pauseMs = Math.min(Math.max(roundPauseMs, demand.pauseMs * 2), roundPauseMaxMs);
    demand.pausedUntilMs = env.nowMs + demand.pauseMs * (0.75 + env.random() / 2);
    demand.pausesAll = round.needed;
    return;
  }
  round.tried.add(donor);
  round.asked = donor;
  round.deadlineMs = env.nowMs + state.tuning.requestTimeoutMs;
  const inCounter = estateOf(state).in[donor] ?? 0;
  const { length, needed } = round;
  send(turn, donor, { type: 'request', pool: pool.name, length, needed, inCounter });
}

function pickDonor(turn: Turn, pool: Pool, round: Round): MemberId | undefined {
  const { state, env } = turn;
  if (!round.needed && round.tried.size >= maxAskedInStock) return undefined;
  const estate = estateOf(state);
  const isBound = isTradedOut(estate);
  const mayAsk = (member: MemberId): boolean =>
    state.peers.get(member)?.connected === true &&
    !round.tried.has(member) &&
    (!isBound || mayTrade(estate, member));
  const hinted = round.hinted.find(mayAsk);
  if (hinted !== undefined) return hinted;
  const shares = env.replica.view.shares(pool.name);
  const open: MemberId[] = [];
  const weights: number[] = [];
  let sum = 0;
  for (const member of state.peers.keys()) {
    if (!mayAsk(member)) continue;
    const weight = 1 + Number(shares.get(member) ?? 0n);
    open.push(member);
    weights.push(weight);
    sum += weight;
  }
  let point = env.random() * sum;
  for (let at = 0; at < open.length; at += 1) {
    point -= weights[at] as number;
    if (point < 0) return open[at];
  }
  return open.at(-1);
}

/** A donor gave nothing: remember its words and try the next. */
export function onRefusal(turn: Turn, from: MemberId, message: Refusal): void {
  const { state } = turn;
  const pool = state.pools.get(message.pool);
  const demand = pool && demandOf(state, pool.name);
  if (message.reason === 'rolled-back' && !isOurs(turn, from, message)) return;
  if (demand?.round === undefined || demand.round.asked !== from) return;
  learn(demand, from, message.hint, message.message);
  askNext(turn, pool as Pool, demand, demand.round);
}

/**
 * A donor says that our counters contradict each other. If it told how many grants we acknowledged and we
 * know of as many, its answer was to an old request. If we know of fewer, we deny it: that is the proof.
 */
function isOurs(turn: Turn, from: MemberId, message: Refusal): boolean {
  const { acknowledged, pool } = message;
  const { desk, isRead } = turn.state.register;
  // What the disk says may be old; the guardians have not said yet what is true.
  if (desk !== undefined && !isRead) return false;
  const inCounter = estateOf(turn.state).in[from] ?? 0;
  if (acknowledged !== undefined) {
    if (inCounter >= acknowledged) return false;
    const length = turn.state.pools.get(pool)?.blockLength ?? 0;
    const denial = { inCounter, denies: acknowledged };
    send(turn, from, { type: 'request', pool, length, needed: false, ...denial });
  }
  raise(turn, from, {
    code: 'rolled-back',
    message: `${from} refuses to give us addresses: ${message.message}; one of the two nodes was restored from an old state`,
  });
  return true;
}

function learn(demand: Demand, from: MemberId, hint: FreeHint, message: string): void {
  demand.answers.set(from, { left: hint.left, message });
  for (const member of hint.better) {
    if (!demand.round?.hinted.includes(member)) demand.round?.hinted.push(member);
  }
}

/** A grant in this pool was accepted: the round is over. */
export function roundSucceeded(turn: Turn, pool: string): void {
  const demand = demandOf(turn.state, pool);
  demand.round = undefined;
  demand.pauseMs = 0;
  demand.pausedUntilMs = 0;
  demand.pausesAll = false;
  demand.answers = new Map();
}

/** Gives up on donors that did not answer in time. */
export function roundsDue(turn: Turn): void {
  const { state, env } = turn;
  for (const [name, demand] of state.demands) {
    const { round } = demand;
    if (round?.asked === undefined || env.nowMs < round.deadlineMs) continue;
    demand.answers.set(round.asked, { left: undefined, message: 'no answer' });
    askNext(turn, state.pools.get(name) as Pool, demand, round);
  }
}
