/**
 * Once an interval a guardian looks at the registers it keeps: is an owner silent or gone, and is there
 * something to take over, to deliver, or to take back? Random delays keep several from starting at once.
 */
import type { Estate } from '../../estate/index.ts';
import type { MemberId } from '../../membership/types.ts';
import { silentHeartbeats } from '../../register/index.ts';
import type { Input } from '../contract/index.ts';
import { keptNow } from '../guarding/index.ts';
import { hasEnded, isSilent, silentMs } from '../members/index.ts';
import { replacement } from '../register/index.ts';
import { estateOf, send, type Turn } from '../state/index.ts';
import { intend } from '../writes/index.ts';
import { startCare } from './cases.ts';
import { forgetProblem } from './forgetProblems.ts';
import { canSettle, settled } from './settle.ts';

/** The longest interval between two looks, in heartbeats. */
const slack = 1.2;

/** Looks at every register that is kept here, and at what we give to members that do not take it. */
export function scan(turn: Turn): void {
  const { state } = turn;
  if (!state.booted || state.quarantined) return;
  for (const owner of state.kept.keys()) {
    const record = keptNow(turn, owner)?.record;
    const estate = record?.accepted?.cell.value;
    if (owner === state.member || estate === undefined) continue;
    // Who abstains takes nothing new: what it still has may be long done, and is looked at now and then.
    if (record?.abstains === undefined || isRound(turn, owner)) look(turn, owner, estate);
  }
  settleOwn(turn);
}

function look(turn: Turn, owner: MemberId, estate: Estate): void {
  const { state, env } = turn;
  const { registers } = env.replica;
  if (registers.isOverridden(owner)) return;
  const isGone = registers.isGone(owner);
  const isLost = isGone || isSilent(turn, owner) || isLongDead(turn, owner);
  const isQuiet = silentMs(turn, owner) >= silentHeartbeats * state.tuning.heartbeatMs;
  if (!isLost && !isQuiet) return;
  for (const to of new Set(estate.outbox.map((entry) => entry.to))) {
    if (to === state.member && !hasEnded(turn)) startCare(turn, owner, 'collect');
    else if (state.peers.get(to)?.connected) send(turn, to, { type: 'collect', owner });
    // Asked for while its guardians are still there: they leave as soon as nothing is on its way from it.
    if (registers.isGone(to) && !state.finals.has(to)) startCare(turn, to, 'final');
  }
  if (!isLost) return;
  const delayMs = env.random() * state.tuning.heartbeatMs;
  const hasReserve = estate.holdings.some(({ use }) => use === 'reserve');
  for (const { to } of estate.outbox) askSilent(turn, to);
  // Example: one of four guardians did not hear of the seal, two that did are in quarantine, one is dead. What the seal
  // left on its way to somebody is known to nobody who would offer it, until the first looks.
  const isBehind = isGone && estate.sealed !== true && isRound(turn, owner);
  const isSettling = isBehind || estate.outbox.some((entry) => canSettle(turn, estate, entry));
  const mayReclaim = !isGone && isSilent(turn, owner) && !hasEnded(turn);
  if (mayReclaim && hasReserve) startCare(turn, owner, 'reclaim', { delayMs });
  else if (isSettling || hasLostGuardian(turn, owner))
    startCare(turn, owner, 'settle', { delayMs });
}

function hasLostGuardian(turn: Turn, owner: MemberId): boolean {
  const { registers } = turn.env.replica;
  const kept = keptNow(turn, owner)?.record;
  const set = kept?.set;
  const isEnded = registers.isGone(owner) && kept?.accepted?.cell.value.outbox.length === 0;
  return set !== undefined && !isEnded && replacement(turn, owner, set) !== undefined;
}

/** What we were giving to members that are silent or gone. */
function settleOwn(turn: Turn): void {
  const { state, env } = turn;
  const estate = estateOf(state);
  for (const entry of estate.outbox) {
    const { to } = entry;
    if (env.replica.registers.isGone(to)) {
      const change = settled(turn, estate, entry, (record) => record);
      if (change !== undefined) intend(turn, { kind: 'change', change });
    } else askSilent(turn, to);
  }
}

/** How far a silent member had accepted is in its register: looked up now and then while something waits for it. */
function askSilent(turn: Turn, member: MemberId): void {
  if (turn.env.replica.registers.isGone(member)) return;
  if (mayBeDead(turn, member) && isRound(turn, member)) startCare(turn, member, 'final');
}

/** Silent for the reclaim delay. To look into its register harms nobody, however few others are heard. */
function mayBeDead(turn: Turn, member: MemberId): boolean {
  return silentMs(turn, member) >= turn.state.tuning.reclaimMs;
}

/**
 * Silent for the reclaim delay, though too few others are heard to take its reserve. What it was giving can be settled
 * all the same, and its guardians that leave replaced: that takes nothing from it, and a quorum of them agrees.
 */
function isLongDead(turn: Turn, owner: MemberId): boolean {
  return mayBeDead(turn, owner) && isRound(turn, owner);
}

/** Once in each reclaim delay of silence: a dead member accepts nothing any more, one look is enough for long. */
function isRound(turn: Turn, member: MemberId): boolean {
  const { heartbeatMs, reclaimMs } = turn.state.tuning;
  return silentMs(turn, member) % reclaimMs < heartbeatMs * slack;
}

/** A guardian says that something for us waits. */
export function onCollect(turn: Turn, owner: MemberId): void {
  const { state } = turn;
  if (!state.booted || state.quarantined || owner === state.member || hasEnded(turn)) return;
  startCare(turn, owner, 'collect');
}

/** An operator says that a member is off for good. */
export function onForget(turn: Turn, input: Extract<Input, { type: 'forget' }>): void {
  const { member, now } = input;
  const problem = forgetProblem(turn, member);
  if (problem === undefined && startCare(turn, member, 'forget', { now })) return;
  const message =
    problem ??
    `no guardians are known for ${member}: it kept its register itself, so only its own disk says what it owned; start it again and let it leave, or, where that disk is lost, forget it with --unsafe`;
  turn.effects.push({
    type: 'event',
    event: { type: 'forgotten', member, outcome: 'refused', message },
  });
}
