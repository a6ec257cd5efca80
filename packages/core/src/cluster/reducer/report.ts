/** What a node tells about itself: its phase, what it waits for and why. Reads the state, changes nothing. */
import { type Holding, isTradedOut, mostTraded, reserveBlocks } from '../../estate/index.ts';
import { quorumOf, silentHeartbeats } from '../../register/index.ts';
import { freeCommitted } from '../blocks/index.ts';
import type { Alarm, Phase, Waiting } from '../contract/index.ts';
import { isReachable } from '../members/index.ts';
import { heardReason } from '../recovery/index.ts';
import { guardiansOf, isConfirmed } from '../register/index.ts';
import type { BlockState, Care, Demand } from '../state/index.ts';
import { estateOf, type NodeState, tellAlarm } from '../state/index.ts';

/** Where the node stands. */
export function phaseOf(state: NodeState, knownMembers: number): Phase {
  if (state.quarantined) return 'quarantined';
  if (state.isLeaving) return 'leaving';
  if (!state.booted || ![...state.blocks.values()].some(isOurs)) return 'joining';
  const isAlone = ![...state.peers.values()].some((peer) => peer.connected);
  return isAlone && knownMembers > 1 ? 'isolated' : 'ready';
}

/** What lay here and is not this node's, or is in doubt, serves nobody. */
function isOurs({ phase }: BlockState): boolean {
  return phase !== 'found' && phase !== 'closed' && phase !== 'lost';
}

/**
 * What the node may be said to own. Nothing before this start has its register confirmed: what the disk says of it may
 * belong to others by now, as after a long stop or on a disk that was restored.
 */
export function shownHoldings(state: NodeState, nowMs: number): readonly Holding[] {
  return state.booted || isConfirmed(state, nowMs) ? estateOf(state).holdings : [];
}

/** Everything the node waits for, each with its reason. */
export function waitingOf(state: NodeState): readonly Waiting[] {
  const waiting: Waiting[] = [];
  if (state.retryAtMs !== undefined) {
    waiting.push({ code: 'storage', message: 'for the database to accept a write' });
  } else if (!state.booted && !state.quarantined && !estateOf(state).sealed) {
    waiting.push({ code: 'start', message: startReason(state) });
  }
  waiting.push(...waitingForRegister(state));
  for (const { to, counter, record } of estateOf(state).outbox) {
    const { pool, prefix } = record.body;
    const isUp = state.peers.get(to)?.connected === true;
    const why = isUp ? 'its acknowledgement' : 'it to come back';
    const message = `grant ${counter} of ${prefix} to ${to}: for ${why}`;
    waiting.push({ code: 'acknowledgement', pool, message });
  }
  for (const [pool, demand] of state.demands) waiting.push(...waitingForSpace(state, pool, demand));
  return waiting;
}

function startReason(state: NodeState): string {
  if (state.register.desk !== undefined) {
    if (isRefusedLong(state)) {
      return "for the guardians of this node's register to take its first write: they are connected and have not taken it for long, as when they still hear another process with this node's key. Stop whichever of the two is a copy; it can join with an empty state directory";
    }
    return "for the guardians of this node's register to take its first write; while they still hear an earlier start of this node they wait until that was silent for three heartbeats";
  }
  if (!state.needsWord && state.listensUntilMs > 0) return 'a moment, for a member that knows it';
  if (!state.needsWord) return 'for the first write of this start';
  return 'for a word of another member that this disk is not from the past; if no other member is left, start the agent once with --alone';
}

/** A new start is believed once the old one was silent for three heartbeats; this is twice that. */
function isRefusedLong(state: NodeState): boolean {
  const { heartbeatAtMs, startedAtMs, tuning } = state;
  const { quorum, reachable } = guardiansOf(state);
  const beats = (heartbeatAtMs - startedAtMs) / tuning.heartbeatMs;
  return reachable >= quorum && beats > 2 * silentHeartbeats + 1;
}

/** What a missing quorum prevents right now, and what leaving waits for. */
function waitingForRegister(state: NodeState): readonly Waiting[] {
  const waiting: Waiting[] = [];
  const { members, quorum, reachable } = guardiansOf(state);
  if (reachable < quorum) {
    const message = `for ${quorum} of the ${members.length} guardians of this node's register, ${reachable} are reachable: addresses in blocks that are open are given out as ever, but no block can be opened, given or taken until then`;
    waiting.push({ code: 'quorum', message });
  }
  for (const care of state.cares.values()) {
    if (care.kind === 'forget')
      waiting.push({ code: 'forget', member: care.owner, message: forgetReason(state, care) });
  }
  if (!state.isLeaving || state.hasLeft) return waiting;
  const held = estateOf(state).holdings.filter(({ use }) => use !== 'reserve').length;
  const message =
    held > 0
      ? `for the containers in ${held} blocks to end`
      : 'for others to take what is left, and to find other guardians for what is kept here';
  waiting.push({ code: 'leaving', message });
  return waiting;
}

/** Whose agreement a `forget` waits for. */
function forgetReason(state: NodeState, { owner, desk, held, hearing }: Care): string {
  const { set } = desk.proposer;
  const [needed, count] = [quorumOf(set), set.members.length];
  const reachable = set.members.filter(({ member }) => isReachable(state, member)).length;
  const what = `to forget ${owner}: for`;
  if (reachable < needed) {
    return `${what} ${needed} of the ${count} guardians of its register, ${reachable} are reachable from here; on the other side of a partition somebody may be able to`;
  }
  const own = guardiansOf(state);
  const isEnded = held?.cell.value.sealed === true;
  if (isEnded && own.reachable < own.quorum) {
    return `${what} ${own.quorum} of the ${own.members.length} guardians of this node's own register, ${own.reachable} are reachable: it is forgotten, and this node takes what it owned once they are`;
  }
  if (hearing.size > 0 && !isEnded) return `to forget ${owner}: ${heardReason({ owner, hearing })}`;
  return `${what} its guardians to answer`;
}

function waitingForSpace(state: NodeState, name: string, demand: Demand): readonly Waiting[] {
  const pool = state.pools.get(name);
  if (pool === undefined || state.isLeaving) return [];
  const { round, answers } = demand;
  const free = freeCommitted(state, pool);
  const isShort = demand.wanted || free < state.tuning.lowFree;
  if (!isShort && round === undefined && answers.size === 0) return [];
  const need = free === 0 ? 'no free address here' : 'little left here';
  const words = [...answers].map(([member, { left, message }]) =>
    left === undefined ? `${member}: ${message}` : `${member} has ${left} blocks free: ${message}`,
  );
  const asked = round?.asked === undefined ? '' : `; asking ${round.asked}`;
  const connected = [...state.peers.values()].some((peer) => peer.connected);
  const nobody = connected ? '' : '; no other member is reachable';
  const bound = isTradedOut(estateOf(state))
    ? `; this node has dealt with ${mostTraded} members, as many as its register is meant for, and asks no other`
    : '';
  const message = `${need}${asked}${nobody}${bound}${words.length > 0 ? `; ${words.join('; ')}` : ''}`;
  return [{ code: 'space', pool: name, message }];
}

/** All alarms that stand, as they are to be told now. */
export function alarmsOf(state: NodeState): readonly Alarm[] {
  return [...state.alarms.values()].map((alarm) => tellAlarm(state, alarm));
}

/** Free addresses in committed blocks and blocks in reserve, of one pool. */
export function freeOf(state: NodeState, name: string): { committed: number; reserve: number } {
  const pool = state.pools.get(name);
  if (pool === undefined) return { committed: 0, reserve: 0 };
  const { holdings } = estateOf(state);
  const reserve = reserveBlocks(holdings, name, pool.blockLength);
  return { committed: freeCommitted(state, pool), reserve };
}
