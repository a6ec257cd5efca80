/** How members go: `forget` for one that is off for good, `leave` for this node itself. */
import { ok, type Result, refuse } from '@hedgerow/core';
import { alarmsOf, stillUsed, waitingOf } from '@hedgerow/core/cluster';
import type { MemberId } from '@hedgerow/core/membership';
import { type ForgetReport, type LeaveReport, reportedSize } from '../report/index.ts';
import { findMember } from './findMember.ts';
import type { Forgotten, Parts } from './parts.ts';
import { statusOf, withNames } from './reports.ts';
import type { Unsafe } from './types.ts';

/** Note of a node that has left: its state is spent. */
const leftNote = 'left';
/** Note of a node that was told to leave: a start goes on with it. */
const leavingNote = 'leaving';

/**
 * Refuses a state whose member has left: nothing is left to run. What lies in the run directory all the same is closed,
 * and plugins are told why. Code: `left`.
 */
export function checkNotLeft(
  parts: Pick<Parts, 'state' | 'runDirectory' | 'genesis'>,
): Result<void> {
  const { state, runDirectory, genesis } = parts;
  const left = state.store.note(leftNote);
  if (!left.ok) return left;
  if (left.value === undefined) return ok(undefined);
  const blocks = runDirectory.found();
  for (const block of blocks) runDirectory.close(block);
  const live = stillUsed(blocks, true);
  const message =
    'This node has left its cluster, and others have all that it owned. To bring this machine back, move ' +
    `the state directory away and join again: it becomes a new member.${live === '' ? '' : ` ${live}.`}`;
  const pools = Object.fromEntries(genesis.pools.map(({ name }) => [name, { reason: message }]));
  runDirectory.setReadiness({ ready: false, reasons: [message], pools });
  return refuse('left', message);
}

/** A `forget` ended. */
export function onForgotten({ departures, events }: Parts, event: Forgotten): void {
  departures.forgets.set(event.member, event);
  events.emit('forgotten', event);
}

/** This node has left. */
export function onLeft({ departures, events, state, log }: Parts): void {
  const noted = state.store.putNotes({ [leftNote]: 'yes' });
  if (!noted.ok) log.warn({ problem: noted.error.message }, 'could not note that this node left');
  departures.own = 'left';
  events.emit('left');
}

/** See `Agent.aboutForget`. */
export function aboutForget(parts: Parts, text: string): Result<ForgetReport> {
  const found = findMember(parts, text);
  return found.ok ? ok(forgetReport(parts, found.value)) : found;
}

/** See `Agent.forget`. */
export function forget(
  parts: Parts,
  text: string,
  now: boolean,
  unsafe?: Unsafe,
): Result<ForgetReport> {
  const found = findMember(parts, text);
  if (!found.ok) return found;
  const member = found.value;
  if (unsafe !== undefined) return forgetUnsafe(parts, member, now, unsafe);
  parts.departures.forgets.set(member, undefined);
  parts.shell.dispatch({ type: 'forget', member, now });
  return ok(forgetReport(parts, member));
}

function forgetUnsafe(
  parts: Parts,
  member: MemberId,
  now: boolean,
  unsafe: Unsafe,
): Result<ForgetReport> {
  const others: MemberId[] = [];
  for (const text of unsafe.others) {
    const found = findMember(parts, text);
    if (!found.ok) return found;
    others.push(found.value);
  }
  for (const each of [member, ...others]) parts.departures.forgets.set(each, undefined);
  parts.shell.dispatch({ type: 'forget', member, now, unsafe: true, others });
  return ok(forgetReport(parts, member));
}

function forgetReport(parts: Parts, member: MemberId): ForgetReport {
  const { env, shell, departures } = parts;
  const { view, registers } = env.replica;
  const nameOf = (each: MemberId): string => env.replica.members.get(each)?.name ?? '';
  const heard = shell.state.peers.get(member)?.lastHeardMs;
  const end = departures.forgets.get(member);
  const isAsked = departures.forgets.has(member);
  return {
    member,
    name: nameOf(member),
    isGone: registers.isGone(member),
    isConnected: shell.state.peers.get(member)?.connected === true,
    lastHeardMs: heard === undefined ? null : Math.round(env.nowMs - heard),
    owned: [...view.ownedBy(member)].map(({ pool, prefix }) => ({
      pool,
      prefix,
      size: reportedSize(prefix),
    })),
    restMs: shell.state.tuning.restMs,
    state: end?.outcome ?? (isAsked ? 'running' : 'none'),
    ...messageOf(parts, member, end?.message),
    ...(end?.heir === undefined ? {} : { heir: { member: end.heir, name: nameOf(end.heir) } }),
  };
}

/** How it ended, or what it waits for. */
function messageOf(
  parts: Parts,
  member: MemberId,
  end: string | undefined,
): { readonly message?: string } {
  const waits = waitingOf(parts.shell.state).find(
    (waiting) => waiting.code === 'forget' && waiting.member === member,
  );
  const message = end ?? waits?.message;
  return message === undefined ? {} : { message: withNames(parts, message) };
}

/** See `Agent.leave`. */
export function leave(parts: Parts): Result<LeaveReport> {
  const { env, shell, state, departures } = parts;
  const { members, registers } = env.replica;
  const others = [...members.keys()].filter(
    (member) => member !== state.key.member && !registers.isGone(member),
  );
  if (others.length === 0) {
    return refuse(
      'alone',
      'No other member is there to take what this node owns; nothing was changed. To end the whole cluster, ' +
        'stop the agent and remove its state directory.',
    );
  }
  if (shell.state.quarantined) return refuse('quarantined', whyNotLeaving(parts));
  if (departures.own === 'no') {
    const noted = state.store.putNotes({ [leavingNote]: 'yes' });
    if (!noted.ok) return noted;
    departures.own = 'leaving';
    shell.dispatch({ type: 'leave' });
  }
  return ok(leaveReport(parts));
}

/** In quarantine nothing is handed over: what belongs to others already, or may do so, is nobody's to give. */
function whyNotLeaving(parts: Parts): string {
  const standing = alarmsOf(parts.shell.state);
  const alarms = standing.map(({ message }) => withNames(parts, message));
  const isForgotten = standing.some(({ code }) => code === 'forgotten');
  const advice = ' Stop it for good and run "hedgerow forget" on another member.';
  return `This node is in quarantine, so it hands nothing over and has not left: ${alarms.join('; ')}.${isForgotten ? '' : advice}`;
}

/** True for a `leave` that a stop or a crash of the agent interrupted: the start goes on with it. */
export function resumeLeave({ state, log, departures }: Parts): boolean {
  const noted = state.store.note(leavingNote);
  if (!noted.ok || noted.value === undefined) return false;
  log.info({}, 'this node was told to leave before this start: it goes on leaving');
  departures.own = 'leaving';
  return true;
}

/** Codes of what a node that leaves may wait for; the rest of its wants are over. */
const holdsUp: ReadonlySet<string> = new Set([
  'leaving',
  'acknowledgement',
  'quorum',
  'start',
  'storage',
]);

/** See `Agent.leaving`. */
export function leaveReport(parts: Parts): LeaveReport {
  const { own } = parts.departures;
  if (own !== 'leaving') return { state: own, waiting: [] };
  if (parts.shell.state.quarantined)
    return { state: 'quarantined', waiting: [], message: whyNotLeaving(parts) };
  const waiting = statusOf(parts).waiting.filter(({ code }) => holdsUp.has(code));
  return { state: own, waiting };
}
